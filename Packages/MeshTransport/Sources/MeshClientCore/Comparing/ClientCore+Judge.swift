import MeshCrypto
import MeshWire

extension ClientCore {
    /// The app has what had to be fetched from elsewhere: who didn't give it is named. Not for what the app knew before,
    /// which its proof had removed there; nor for what it can't open, which anybody may have put anywhere.
    mutating func judge(_ answer: DeliveryAnswer) {
        guard let suspicion = suspicions.removeValue(forKey: answer.id), !answer.isKnown,
            case .acknowledge = answer.verdict
        else { return }
        if let receipt = suspicion.receipt {
            notice(.withheld(by: suspicion.node, answer.id, receipt, givenBy: suspicion.giver))
        } else if age(of: setChangedAt) >= ClientLimits.handOverMilliseconds {
            notice(.missing(at: suspicion.node, answer.id, givenBy: suspicion.giver))
        }
    }

    /// A receipt of the node that didn't give the message: it had it.
    mutating func incriminate(_ receipt: CustodyReceipt, _ id: SubmissionID) {
        guard suspicions[id]?.node == receipt.commit.node else { return }
        suspicions[id]?.receipt = receipt
    }
}
