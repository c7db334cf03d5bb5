/// Every bound and interval of SWIM, with its reason. Times are milliseconds.
///
/// How they add up: the first of a thousand nodes probes a crashed one within 2 s mostly, 3 s at the latest in practice;
/// 300 ms later it says so to six others, who look for themselves; some 1.2 s later all look; a first round of direct
/// and relayed probes takes 1.1 s, the suspicion 2.3 s more: all know within 8 s.
enum SwimLimits {
    /// How often one member is probed. At a thousand nodes 13 % of crashes stay unseen by all for a second, 0.2 % for
    /// three; with a second between probes it would be 5 % for three.
    static let probeInterval: UInt64 = 500
    /// A direct probe unanswered for so long is sent again, and once more when others are asked to relay. A lost message
    /// is no news: with 5 % loss a tenth of all probes fail, one of a hundred twice. And a slow node that was asked three
    /// times is judged by its slowness and not by its luck. (Not while more than ``massSuspicion`` are suspected.)
    static let repeatAfter: UInt64 = 200
    /// Nothing after so long is worth a hint to others: several round trips around the world.
    static let hintAfter: UInt64 = 300
    /// Then others are asked to relay.
    static let directTimeout: UInt64 = 500
    /// A relay waits so long for the target, and then says that it got no answer.
    static let relayTimeout: UInt64 = 400
    /// A relay passes on what the target says later, for so long.
    static let relayPatience: UInt64 = 2_500
    /// Rounds of a suspect whose relays may still bring a sign of life: as many as a verdict waits for.
    static let formerRounds = 3
    /// A round is over: direct time, relay time, and 200 ms for the ways to the relays and back.
    static let roundTimeout: UInt64 = 1_100
    /// How many relays are asked at first: as many as confirmations are needed.
    static let firstRelays = 3
    /// And while a member is suspected: a false removal takes that all of these lose their messages too.
    static let suspectRelays = 5
    /// And where more than ``massSuspicion`` are suspected at once, and enough others have said by themselves that they
    /// found this one silent: asking for each of hundreds would take more messages than all else.
    static let confirmedRelays = 1
    /// Suspects that a loss of messages makes at once, at most.
    static let massSuspicion = 8
    /// Voices kept of those who confirm one suspicion.
    static let voices = 8
    /// DESIGN §6: from how many distinct prefixes others must have got no answer before a node counts as down.
    static let confirmations = 3
    /// Shortest suspicion, with all confirmations: a member that answers 3 s late keeps its place. The first round's
    /// three probes then have the whole time of a node that is 2 s slow, and the second round's most of it.
    static let suspicionMinimum: UInt64 = 2_300
    /// Longest suspicion, with fewer.
    static let suspicionMaximum: UInt64 = 10_000
    /// Failed rounds before a suspect may count as down: one could be chance.
    static let suspicionRounds = 2
    /// A node whose deadlines are served so late was stopped itself, and judges nobody by that time.
    static let lateness: UInt64 = 1_500
    /// Verdicts of this time are given as one: where many fall silent, the digest and the ring change a few times.
    static let verdictStep: UInt64 = 100
    /// Where one of those that fell silent is back, others that did so within this time are looked for, spread over the
    /// same time: a cut that has healed.
    static let revivalWindow: UInt64 = 15_000
    static let revivalSpread: UInt64 = 2_000
    /// Pause between a suspect's rounds.
    static let suspectPause: UInt64 = 100
    /// Local health (Lifeguard): timeouts grow up to this many times more where a node itself is slow. The paper has 8;
    /// each node confirms with others here before it judges, so less will do, and a lone node gets to know it sooner.
    static let healthMaximum = 4
    /// With worse health a node says nothing about others to those who ask.
    static let healthForConfirming = 2
    /// To how many a hint is sent: four steps for a thousand nodes. Where 5 % of messages are lost, one of a hundred looks
    /// raises one or passes it on: far fewer than one each, so it dies out.
    static let hintFanout = 6
    /// To how many it is sent once the sender suspects: with so many from each, all but one of a million hear it.
    static let suspectRides = 12
    /// Hints of this time share messages.
    static let gossipDelay: UInt64 = 50
    /// Messages in one go, where a mass of hints waits.
    static let gossipMessages = 24
    /// Hints in one message: 656 bytes.
    static let hintsPerMessage = 16
    /// The same hint isn't looked into again for so long.
    static let hintRepeat: UInt64 = 5_000
    /// Reasons for a look that are remembered for that, or up to twice as many.
    static let causes = 4_096
    /// False hints that one sender may cause at once, and how soon it regains one.
    static let hintCredit = 32
    static let hintRegain: UInt64 = 1_000
    /// Who was heard of so lately isn't looked for.
    static let heardRecently: UInt64 = 300
    /// Relays under way for others, all together and for one of them.
    static let relays = 4_096
    static let relaysPerRequester = 64
    /// Signatures given through one relay at once, and how soon it regains one: a signature is cheap and not free.
    static let signatureCredit = 64
    static let signatureRegain: UInt64 = 20
    /// A member accused by so many distinct prefixes signs a higher incarnation, at most once in this time: accusers of
    /// one prefix can't make it change the network's digest.
    static let refutationInterval: UInt64 = 10_000
    /// Doubled each time it happens again soon, up to this.
    static let refutationMaximum: UInt64 = 640_000
    /// Accusations count for so long.
    static let accusationLifetime: UInt64 = 5_000
    /// Differing buckets answered at once; the rest comes with the next comparison.
    static let bucketsPerComparison = 32
    /// Entries in one message: 46 of 25 bytes.
    static let entriesPerMessage = 46
    /// Records asked for in one message.
    static let wantedPerMessage = 64
    /// Digests differ for a moment after every change: compared after this time.
    static let comparisonDelay: UInt64 = 1_000
}
