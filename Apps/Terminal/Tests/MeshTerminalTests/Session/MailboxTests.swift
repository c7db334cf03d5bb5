import Testing

@testable import MeshTerminal

@Suite("Mailbox")
struct MailboxTests {
    @Test("events come out in order, all at once")
    func order() async {
        let mailbox = Mailbox<Int>()
        for number in 0..<5 { mailbox.post(number) }
        #expect(await mailbox.take(within: .seconds(10)) == [0, 1, 2, 3, 4])
    }

    @Test("a wait ends with its time")
    func time() async {
        #expect(await Mailbox<Int>().take(within: .milliseconds(10)).isEmpty)
    }

    @Test("a wait ends though its time is over before it has begun to wait")
    func shortest() async {
        await withTaskGroup(of: Void.self) { group in
            // Many at once, so that threads are taken away between the alarm's start and the wait's.
            for _ in 0..<100 {
                group.addTask {
                    let mailbox = Mailbox<Int>()
                    for _ in 0..<200 { _ = await mailbox.take(within: .nanoseconds(1)) }
                }
            }
        }
    }

    @Test("an event from elsewhere ends a wait")
    func wake() async {
        let mailbox = Mailbox<Int>()
        Task { mailbox.post(1) }
        #expect(await mailbox.take(within: .seconds(60)) == [1])
    }

    @Test("ten thousand events from ten tasks: each once, those of a task in order")
    func many() async {
        let mailbox = Mailbox<[Int]>()
        for task in 0..<10 { Task { for number in 0..<1_000 { mailbox.post([task, number]) } } }
        var all: [[Int]] = []
        while all.count < 10_000 { all += await mailbox.take(within: .seconds(10)) }
        for task in 0..<10 { #expect(all.filter { $0[0] == task }.map { $0[1] } == Array(0..<1_000)) }
    }
}
