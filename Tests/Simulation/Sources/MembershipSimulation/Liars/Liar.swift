import MeshCrypto
@_spi(Simulation) import MeshRing
import SimulatedNetwork

/// What a hostile host does beside being a member, or instead.
protocol Liar {
    /// When it wants to be asked next.
    var nextDeadline: UInt64 { get }
    /// Looks at an event before the host's core does. True if the core shall not see it.
    mutating func take(
        _ event: HostEvent<MembershipMessage>, by host: inout MembershipHost, _ outlet: inout MembershipHost.Outlet
    ) -> Bool
}

/// Something said to others every so often.
protocol RepeatingLiar: Liar {
    var nextDeadline: UInt64 { get set }
    /// How often, in milliseconds.
    static var interval: UInt64 { get }
    mutating func speak(as host: MembershipHost, _ outlet: inout MembershipHost.Outlet)
}

extension RepeatingLiar {
    mutating func take(
        _ event: HostEvent<MembershipMessage>, by host: inout MembershipHost, _ outlet: inout MembershipHost.Outlet
    ) -> Bool {
        if outlet.now >= nextDeadline {
            nextDeadline = outlet.now + Self.interval
            speak(as: host, &outlet)
        }
        return answer(event, as: host, &outlet)
    }

    /// What it says instead of an honest answer, if anything.
    func answer(
        _ event: HostEvent<MembershipMessage>, as host: MembershipHost, _ outlet: inout MembershipHost.Outlet
    ) -> Bool { false }
}
