import Testing

@testable import MeshTerminal

@Suite("Keys and the line editor")
struct EditorTests {
    private func keys(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.take(Array(text.utf8))
    }

    @Test("characters of one to four bytes are keys, wherever the reads cut them")
    func utf8() {
        let text = "a\u{E9}\u{5E9}\u{20AC}\u{1F44B}"
        var decoder = KeyDecoder()
        let one = Array(text.utf8).flatMap { decoder.take([$0]) }
        #expect(one == text.map { .character($0) })
        #expect(keys(text) == one)
    }

    @Test("bytes that are no UTF-8 are dropped, and what follows counts")
    func broken() {
        var decoder = KeyDecoder()
        #expect(decoder.take([0xC3, 0x41, 0xFF, 0x80, 0x42]) == [.character("A"), .character("B")])
    }

    @Test("escape sequences are keys, unknown ones are dropped whole")
    func sequences() {
        #expect(keys("\u{1B}[A\u{1B}[D\u{1B}OH\u{1B}[3~\u{1B}[1;5Cx") == [.up, .left, .home, .delete, .character("x")])
    }

    @Test("an escape sequence without an end doesn't swallow everything")
    func endless() {
        let keys = keys("\u{1B}[" + String(repeating: "1", count: 100) + "x")
        #expect(keys.last == .character("x"))
    }

    @Test("what is pasted is one key, with its line ends")
    func paste() {
        #expect(keys("\u{1B}[200~a\rb\r\nc\u{1B}[201~\r") == [.paste("a\nb\nc"), .enter])
    }

    private func edit(_ keys: Key...) -> (LineEditor, LineEditor.Outcome) {
        var editor = LineEditor()
        var last = LineEditor.Outcome.unchanged
        for key in keys { last = editor.take(key) }
        return (editor, last)
    }

    @Test("letters go in where the cursor stands, and are taken out around it")
    func editing() {
        let (editor, _) = edit(
            .paste("ac"), .left, .character("b"), .end, .character("d"), .home, .delete, .right, .backspace)
        #expect(editor.string == "cd")
        #expect(editor.cursor == 0)
    }

    @Test("a flag, a family and a letter with its mark are one character each")
    func clusters() {
        var editor = LineEditor()
        var decoder = KeyDecoder()
        for key in decoder.take(Array("e\u{301}\u{1F468}\u{200D}\u{1F469}".utf8)) { _ = editor.take(key) }
        #expect(editor.text.count == 2)
        _ = editor.take(.backspace)
        #expect(editor.string == "e\u{301}")
    }

    @Test("words and lines are taken out by their keys")
    func words() {
        #expect(edit(.paste("one two  "), .wordBackspace).0.string == "one ")
        #expect(edit(.paste("one two"), .clearLine).0.string.isEmpty)
        #expect(edit(.paste("one two"), .home, .right, .clearRest).0.string == "o")
    }

    @Test("enter finishes the line, and up brings it back")
    func finishing() {
        let (editor, _) = edit(.paste("one"), .enter, .character("x"), .up)
        #expect(editor.string == "one")
        var again = editor
        _ = again.take(.down)
        #expect(again.string == "x")
        #expect(edit(.paste("one"), .enter).1 == .finished("one"))
    }

    @Test("Ctrl-C empties a line and leaves from an empty one; Ctrl-D leaves from an empty one alone")
    func leaving() {
        #expect(edit(.interrupt).1 == .quit)
        #expect(edit(.character("a"), .interrupt).1 == .changed)
        #expect(edit(.endOfInput).1 == .quit)
        #expect(edit(.character("a"), .endOfInput).1 == .unchanged)
    }

    @Test("columns: letters one, ideographs and emoji two, marks none")
    func widths() {
        #expect(CellWidth.of("abc") == 3)
        #expect(CellWidth.of("\u{4E2D}\u{1F44B}e\u{301}") == 5)
    }

    @Test("lines are cut wherever the reads were, and the last one needs no end")
    func splitting() {
        var splitter = LineSplitter()
        #expect(splitter.take(Array("a\nb".utf8)) == ["a"])
        #expect(splitter.take(Array("c\n\nd".utf8)) == ["bc", ""])
        #expect(splitter.take([]) == ["d"])
        #expect(splitter.take([]) == [])
    }
}
