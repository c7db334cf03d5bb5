import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import SimulatedNetwork

// Links and what goes over them. Numbers as engines know them have the side in their last bit.
extension World {
    static func id(_ link: Int, _ side: Int) -> LinkID { LinkID(UInt64(2 * link + side)) }

    func send(_ item: LinkItem, over id: LinkID) {
        let (number, side) = (Int(id.rawValue / 2), Int(id.rawValue % 2))
        guard links[number].isOpen[side] else { return }
        if case .frames(let frames) = item { counts.frames += frames.count }
        put(item, on: number, toward: 1 - side)
    }

    private func put(_ item: LinkItem, on number: Int, toward side: Int) {
        guard !isBlocked(number, toward: side) else { return links[number].held[side].append(item) }
        let time = max(links[number].lastArrival[side], now + delay() + slowness(of: links[number].ends[side]))
        links[number].lastArrival[side] = time
        queue.push(.arrive(link: number, toward: side, item), at: time)
    }

    private func slowness(of end: LinkEnd) -> UInt64 {
        guard case .host(let number) = end, hosts[number].slowness > 0 else { return 0 }
        return random.below(hosts[number].slowness)
    }

    /// An end closes its link; the other one hears of it behind everything that was sent.
    func close(_ id: LinkID) {
        let (number, side) = (Int(id.rawValue / 2), Int(id.rawValue % 2))
        guard links[number].isOpen[side] else { return }
        links[number].isOpen[side] = false
        put(.end, on: number, toward: 1 - side)
    }

    func arrive(_ number: Int, _ side: Int, _ item: LinkItem) {
        guard links[number].isOpen[side] else { return }
        switch item {
        case .frames(let frames):
            let frames = honest(frames)
            switch links[number].ends[side] {
            case .host(let host):
                hosts[host].tell(.frames(Self.id(number, side), frames), life: links[number].lives[side])
            case .client(let client): clients[client].onFrames(Self.id(number, side), frames)
            }
        case .end: end(number, side)
        }
    }

    private func end(_ number: Int, _ side: Int) {
        guard links[number].isOpen[side] else { return }
        links[number].isOpen[side] = false
        switch links[number].ends[side] {
        case .host(let host): hosts[host].tell(.linkClosed(Self.id(number, side)), life: links[number].lives[side])
        case .client(let client): clients[client].onClosed(Self.id(number, side))
        }
    }

    /// Now and then frames go through their encoding, so that the codec is part of what runs.
    private func honest(_ frames: [Frame]) -> [Frame] {
        guard random.happens(perMille: 60) else { return frames }
        var bytes = frames[0].encoded()
        for frame in frames.dropFirst() { frame.write(into: &bytes) }
        do {
            return try FrameDecoder.decode(bytes)
        } catch {
            fail(.frames, "a frame that its reader refuses: \(error)")
            return frames
        }
    }

    /// A process or machine is gone: its ends are dead. The system closes them, unless the machine itself fell silent.
    func abandonLinks(of host: Int, silently: Bool) {
        for number in links.indices {
            for side in 0...1 {
                guard links[number].isOpen[side], case .host(host) = links[number].ends[side] else { continue }
                links[number].isOpen[side] = false
                if silently {
                    queue.push(.arrive(link: number, toward: 1 - side, .end), at: now + Self.silence)
                } else {
                    put(.end, on: number, toward: 1 - side)
                }
            }
        }
    }
}

// Cuts.
extension World {
    func isBlocked(from sender: Int, to receiver: Int) -> Bool { isCut[sender * settings.seats + receiver] }

    private func isBlocked(_ number: Int, toward side: Int) -> Bool {
        guard case .host(let receiver) = links[number].ends[side], case .host(let sender) = links[number].ends[1 - side]
        else { return false }
        return isBlocked(from: sender, to: receiver)
    }

    func cut(from sender: Int, to receiver: Int) { isCut[sender * settings.seats + receiver] = true }

    /// Links whose way is cut at the end of the time in which silent ones end have ended. To be called after a cut.
    func expectSilence() {
        let standing = links.indices.filter { isBlocked($0, toward: 0) || isBlocked($0, toward: 1) }
        after(Self.silence) { [unowned self] in
            for number in standing where isBlocked(number, toward: 0) || isBlocked(number, toward: 1) {
                links[number].held = [[], []]
                end(number, 0)
                end(number, 1)
            }
        }
    }

    /// Opens every way; what waited goes on.
    func heal() {
        for index in isCut.indices { isCut[index] = false }
        for number in links.indices {
            for side in 0...1 where !links[number].held[side].isEmpty {
                let items = links[number].held[side]
                links[number].held[side] = []
                for item in items { put(item, on: number, toward: side) }
            }
        }
    }
}
