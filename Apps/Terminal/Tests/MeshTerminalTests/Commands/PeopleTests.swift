import MeshChat
import MeshChatStore
import MeshCrypto
import Testing

@testable import MeshTerminal

@Suite("People by name or id")
struct PeopleTests {
    let ben = UserIdentity.generate().id
    let anna: Person

    init() throws {
        anna = try Person(on: FakeNetwork())
        try anna.home.account.store.addContact(ben, name: "Ben", now: 1)
    }

    @Test("a contact is found by name and by id, a stranger by id")
    func found() throws {
        let store = anna.home.account.store
        let stranger = UserIdentity.generate().id
        #expect(try anna.context.person("Ben", in: store).id == ben)
        #expect(try anna.context.person("\(ben)", in: store).person?.contact?.name == "Ben")
        #expect(try anna.context.person("\(stranger)".uppercased(), in: store).id == stranger)
    }

    @Test("an unknown name is 67, a damaged id 65, and both say what to do")
    func unknown() throws {
        let store = anna.home.account.store
        let name = #expect(throws: TerminalFailure.self) { try anna.context.person("Carol", in: store) }
        #expect(name?.status == .noUser)
        #expect(name?.description.contains("Carol") == true)
        let damaged = "\(ben)".dropLast() + "x"
        let id = #expect(throws: TerminalFailure.self) { try anna.context.person(String(damaged), in: store) }
        #expect(id?.status == .data)
        #expect(id?.hint != nil)
    }

    @Test("a contact as JSON has its fields in order, null where there is nothing")
    func json() throws {
        let person = try #require(try anna.home.account.store.person(ben))
        #expect(
            ContactListCommand.json(person).text == """
                {"id":"\(ben)","name":"Ben","profileName":null,"colour":null,"unread":0,\
                "addedAt":"1970-01-01T00:00:00.001Z"}
                """)
    }

    @Test("a name that people give themselves is marked, so that it can't pass for one of the user's")
    func names() throws {
        #expect(PersonName.text(try anna.home.account.store.person(ben), id: ben) == "Ben")
        #expect(PersonName.text(nil, id: ben) == "\(ben)")
    }
}
