import MeshRing
import MeshWire

/// Every bound and delay of the core client. Times in milliseconds.
public enum ClientLimits {
    /// Links and dials at once: one to receive on, one or two being emptied, four in a sweep, three at start addresses,
    /// three to witnesses, one to submit elsewhere, and room.
    public static let links = 16
    /// Start addresses that are used: more than anybody writes down, few enough to go through in a minute.
    public static let startAddresses = 16
    /// Start addresses dialled at once.
    public static let parallelStarts = 3
    /// Former home links that are being emptied; beyond, the oldest is closed and its node asked by the next sweep.
    public static let drains = 4
    /// Members that are fetched from at once beside the receiving link.
    public static let parallelSweeps = 4
    /// Attempts at a node in one sweep; between them the time of the backoff.
    public static let sweepAttempts = 2
    /// Dials in flight for the link to receive on: a silent node holds up the next one only for
    /// ``staggerMilliseconds``.
    public static let parallelHomes = 2
    /// After this time without an answer the next member is dialled as well.
    public static let staggerMilliseconds: UInt64 = 1_500
    /// Nodes outside the set that are tried in turn when no member answers.
    public static let strangers = 8

    /// One endpoint must answer, handshake included.
    public static let dialMilliseconds: UInt64 = 10_000
    /// Hello must come after the handshake.
    public static let helloMilliseconds: UInt64 = 10_000
    /// A page of a roster must come.
    public static let pageMilliseconds: UInt64 = 15_000
    /// A fetch must go on while nothing waits for the app.
    public static let fetchMilliseconds: UInt64 = 30_000
    /// A submission must be answered, else another node is asked.
    public static let submitMilliseconds: UInt64 = 30_000
    /// Silence of the peer after which it is asked for a sign of life.
    public static let pingMilliseconds: UInt64 = 30_000
    /// Silence after the ping after which the link counts as dead.
    public static let pongMilliseconds: UInt64 = 20_000

    /// The first window of the backoff (full jitter: the delay is drawn from zero to the window).
    public static let firstBackoffMilliseconds: UInt64 = 500
    /// The largest window.
    public static let longestBackoffMilliseconds: UInt64 = 60_000
    /// A link that stood this long forgives earlier failures.
    public static let stableMilliseconds: UInt64 = 60_000
    /// A node that said it stops, or holds too many links, is left alone at least this long.
    public static let refusedMilliseconds: UInt64 = 5_000
    /// A link that stood this long and broke is dialled again at the same node first.
    public static let settledMilliseconds: UInt64 = 5_000

    /// Between two sweeps through the other members.
    public static let sweepMilliseconds: UInt64 = 600_000
    /// A fetch on the home link that was refused for now is tried again after this time…
    public static let fetchAgainMilliseconds: UInt64 = 5_000
    /// …and after as many refusals in a row another member is followed.
    public static let fetchRefusals = 3
    /// How often the home says that it lacks what another member lists, before that one is fetched from…
    public static let denials = 2
    /// …and how long after the first time it is asked again: members' commits lie closer together.
    public static let denialPauseMilliseconds: UInt64 = 2_000
    /// How long it is waited for the app to answer what it has, before more is asked for by id.
    public static let askPauseMilliseconds: UInt64 = 100
    /// Pages of a member's list in one sweep: several times what a queue may hold.
    public static let contentsPages = 64
    /// Within this time of a change of the user's set, a message that a member lacks is on its way there.
    public static let handOverMilliseconds: UInt64 = 60_000
    /// A roster that was asked for comes at the latest after this time, then perhaps an old one.
    public static let rosterMilliseconds: UInt64 = 15_000
    /// How often it is noted that a node answered at its place.
    public static let proofMilliseconds: UInt64 = 3_600_000

    /// Between two exchanges of rosters on one link at least…
    public static let exchangeMilliseconds: UInt64 = 1_000
    /// …and longer in a large network, where each takes some 150 bytes a node.
    public static let exchangeMillisecondsPerNode: UInt64 = 10
    /// How long a node that is down or unmentioned stays in the roster, and a former member in the list: nothing queued
    /// outlives it.
    public static let forgetMilliseconds = UInt64(WireLimits.expiryAheadSeconds) * 1_000
    /// An unused link for submissions is closed after this time.
    public static let idleMilliseconds: UInt64 = 30_000

    /// DESIGN §6: as many asked nodes of distinct prefixes make a record count.
    public static let vouchers = 3
    /// How long nodes are asked before a first roster counts: a person waits for it.
    public static let surveyMilliseconds: UInt64 = 3_000
    /// How often others are asked for their votes while a record has too few: changes come in bunches. After this time
    /// without them the node is dialled.
    public static let votesMilliseconds: UInt64 = 30_000
    /// A dial for proof that failed is made again after this time at the earliest.
    public static let proofRetryMilliseconds: UInt64 = 30_000
    /// Other nodes that are asked in one round how they see the network…
    public static let witnesses = 3
    /// …and links to such nodes at once.
    public static let parallelWitnesses = 3
    /// Nodes that are asked in one round in place of others that didn't answer.
    public static let witnessAttempts = 3
    /// Nodes that wait to be asked.
    public static let wantedWitnesses = 16
    /// Between two rounds: three handshakes in ten minutes are little for a node with thousands of clients…
    public static let watchMilliseconds: UInt64 = 600_000
    /// …and after connecting, at a random time up to this.
    public static let firstWatchMilliseconds: UInt64 = 30_000
    /// Who differs is asked again after this time: twice what the network needs to agree on a crash.
    public static let askAgainMilliseconds: UInt64 = 20_000
    /// Who was reported already is asked after this time whether it agrees again.
    public static let askReportedMilliseconds: UInt64 = 120_000
    /// A set that is computed otherwise for so long is a reason for the alarm.
    public static let setPatienceMilliseconds: UInt64 = 15_000
    /// Somebody who waits for the roster waits so long for others' word on it.
    public static let witnessMilliseconds: UInt64 = 2_000
    /// Users who were written to and whose sets are compared too, the latest.
    public static let watchedRecipients = 64

    /// Nodes in a roster.
    public static let nodes = Roster.maximumMembers
    /// Pages in one exchange: a full roster in pages a quarter full.
    public static let pages = 4 * (nodes / WireLimits.recordsPerFrame)
    /// Former members that are remembered, the newest.
    public static let formerMembers = 64
    /// Nodes whose failures are remembered.
    public static let troubledNodes = 256

    /// Submissions waiting for an answer.
    public static let pendingSubmits = 4_096
    /// Their bytes.
    public static let pendingSubmitBytes = 64 * 1_024 * 1_024
    /// Submissions on one link that are sent and not answered, given-up ones included: what credit allows in small ones.
    public static let unansweredSubmits = 4_096
    /// Recalls at once: each takes a link to every node of a set.
    public static let recalls = 16
    /// Members' receipts that come this long after the acceptance are taken.
    public static let lateReceiptMilliseconds: UInt64 = 30_000
    /// Receipts that one link may owe: twice what its unanswered submissions bring at three replicas.
    public static let receiptsDue = 6 * unansweredSubmits
    /// How long a link waits that a node finds too busy.
    public static let submitPauseMilliseconds: UInt64 = 1_000
    /// After as many in a row without an answer a link is given up.
    public static let silentSubmits = 16
    /// How often a submission is handed to a node before it goes back to the caller as deferred.
    public static let submitAttempts = 5
    /// Answered messages that are remembered, so that a second copy isn't delivered again.
    public static let rememberedDeliveries = 16_384

    /// Frames that ask for work and cost the sender nothing (ping, pong, digest) that may come at once…
    public static let freeFrames = 64
    /// …and one more each time this has passed.
    public static let freeFrameMilliseconds: UInt64 = 250
}
