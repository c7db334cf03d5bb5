// A letter box on disk: puts a letter in, opens the box again as if after a crash, takes the letter out by its password.
import MeshQueue

let directory = CommandLine.arguments[1]
let recipient = QueueRecipient([UInt8](repeating: 7, count: 32))!
let id = QueueItemID([UInt8](repeating: 1, count: 16))!
let later = DurableQueue.nowSeconds + 3_600
let password = Array("open".utf8)

let before = try DurableQueue(directory: directory)
let letter = password + Array(": good morning".utf8)
let outcome = try await before.append(recipient: recipient, id: id, expirySeconds: later, payload: letter)
print("put in: \(outcome)")
let second = try await before.append(recipient: recipient, id: id, expirySeconds: later, payload: letter)
print("put in again: \(second)")
await before.shutdown()

let after = try DurableQueue(directory: directory)
let page = try await after.fetch(QueueFetch(recipient: recipient))
for item in page.items { print("found: \(String(decoding: page.payload(of: item), as: UTF8.self))") }
// A letter begins with its password. To check it is the caller's part; the box keeps it beside the id.
precondition(page.payload(of: page.items[0]).starts(with: password))
let proof = QueueProof(password)!
let removed = try await after.remove(recipient: recipient, id: id, proof: proof, keepUntilSeconds: later)
print("taken out: \(removed)")
let again = try await after.append(recipient: recipient, id: id, expirySeconds: later, payload: letter)
print("put in once more: \(again)")
let known = try await after.lookup([QueueKey(recipient: recipient, id: id)])

precondition(second == .duplicate && page.items.count == 1 && removed == .removed && again == .removedBefore)
precondition(known == [.removed(proof: proof, keepUntilSeconds: later)])
precondition(after.totals.messages == 0, "the box is empty")
await after.shutdown()
