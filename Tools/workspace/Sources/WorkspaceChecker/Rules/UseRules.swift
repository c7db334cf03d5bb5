/// What a kind of target may not call stands nowhere in its sources.
enum UseRules {
    static func findings(in tree: Tree) -> [Finding] {
        let own = Dictionary(grouping: tree.sources, by: \.target.name).mapValues { sources in
            Set(sources.flatMap { Self.own(in: $0.tokens) })
        }
        let rules = tree.workspace.kinds.mapValues { Rules(groups: $0.forbiddenUses ?? []) }
        return tree.sources.flatMap { source -> [Finding] in
            guard let rules = rules[source.target.kind] else { return [] }
            let declared = (own[source.target.name] ?? []).union(values(in: source.tokens))
            return rules.findings(in: source, declared: declared)
        }
    }

    /// Names of functions and types that a file declares: what a target names itself is no clock and no file.
    static func own(in tokens: [Token]) -> Set<String> {
        Set(names(after: ["func", "struct", "class", "enum"], in: tokens))
    }

    /// Names of values and parameters in a file: a closure that is called by its name is no free function.
    static func values(in tokens: [Token]) -> Set<String> {
        let parameters = tokens.indices.compactMap { index in
            tokens[index].isName && tokens[safe: index + 1]?.is(":") == true ? tokens[index].text : nil
        }
        return Set(parameters + names(after: ["let", "var"], in: tokens))
    }

    private static func names(after keywords: Set<String>, in tokens: [Token]) -> [String] {
        tokens.indices.compactMap { index in
            guard tokens[index].kind == .identifier, keywords.contains(tokens[index].text),
                let name = tokens[safe: index + 1], name.isName
            else { return nil }
            return name.text
        }
    }
}

/// The patterns of one kind, by the name that each of them turns on: a file is then read once, not once a pattern.
private struct Rules {
    private let byAnchor: [String: [(pattern: UsePattern, group: ForbiddenUses)]]

    init(groups: [ForbiddenUses]) {
        let all = groups.flatMap { group in group.patterns.map { (pattern: UsePattern($0), group: group) } }
        byAnchor = Dictionary(grouping: all, by: \.pattern.anchor)
    }

    func findings(in source: SourceFile, declared: Set<String>) -> [Finding] {
        source.tokens.indices.flatMap { index -> [Finding] in
            guard source.tokens[index].isName, let rules = byAnchor[source.tokens[index].text] else { return [] }
            return rules.compactMap { pattern, group in
                let start = index - pattern.anchorOffset
                guard start >= 0, pattern.matches(at: start, in: source.tokens, declared: declared) else { return nil }
                return finding(pattern, group, source, line: source.tokens[index].line)
            }
        }
    }

    private func finding(_ pattern: UsePattern, _ group: ForbiddenUses, _ source: SourceFile, line: Int) -> Finding {
        Finding(
            file: source.path, line: line, rule: group.rule,
            message: "`\(pattern.text)` \(group.does), and \(source.target.name) is a "
                + "\(source.target.kind.rawValue). \(group.instead)")
    }
}
