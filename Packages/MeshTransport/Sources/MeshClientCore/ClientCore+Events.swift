import MeshCrypto
import MeshRing
import MeshWire

extension ClientCore {
    mutating func take(_ event: ClientEvent) {
        switch event {
        case .start: start()
        case .submit(let token, let submission, let deadline):
            noteRecipient(submission.recipient)
            onSubmit(token, submission, deadline)
        case .cancelSubmit(let token): onCancel(token)
        case .recall(let token, let recipient, let secret, let deadline): onRecall(token, recipient, secret, deadline)
        default: if phase == .running { takeRunning(event) }
        }
    }

    private mutating func takeRunning(_ event: ClientEvent) {
        switch event {
        case .linkOpened(let link, let node, let parameters): onOpened(link, node, parameters)
        case .dialFailed(let link, let failure): onDialFailed(link, failure)
        case .frames(let link, let frames): onFrames(link, frames)
        case .malformed(let link, let error): end(link, .fault(.malformed("\(error)")))
        case .linkClosed(let link, let loss): end(link, .loss(loss))
        case .answers(let answers): for answer in answers { onAnswer(answer) }
        case .ephemeral(let submission): onEphemeral(submission)
        case .rosterWanted: onRosterWanted()
        case .stop: finish(.stopped)
        case .start, .submit, .cancelSubmit, .recall, .tick: break
        }
    }

    private mutating func start() {
        guard phase == .idle else { return }
        phase = .running
        startedAt = clock
        sweepAt = clock
        if let roster = state.roster { place(roster) }
    }

    /// Ends for good: everything is closed and answered.
    mutating func finish(_ end: ClientEnd) {
        for link in links {
            if case .dialing = link.phase {
                out.append(.close(link.id, nil))
            } else {
                out.append(.close(link.id, Goodbye(.done)))
            }
        }
        links = []
        home = nil
        for recall in recalls { out.append(.recalled(recall.token, recall.report)) }
        recalls = []
        let failure: SubmitFailure = end == .stopped ? .stopped : .replaced
        for submit in submits.removeAll() { out.append(.submitted(submit.token, .failure(failure))) }
        if case .replaced(let node) = end { notice(.replaced(by: node)) }
        persistIfDirty()
        phase = .ended(end)
        out.append(.ended(end))
    }

    /// What follows from the state and the time, in an order in which each step sees what the ones before decided.
    mutating func plan() {
        startsAreWanted = false
        planSurvey()
        planHome()
        planSweep()
        planComparisons()
        planRecalls()
        planStarts()
        planWitnesses()
        planExchanges()
        pump()
        answerRosterWish()
    }

    /// What was gathered for links in this call.
    mutating func flush() {
        for index in links.indices {
            flushRemovals(index)
            if let bytes = links[index].window.grant() { out.append(.send(links[index].id, .credit(bytes: bytes))) }
        }
    }
}
