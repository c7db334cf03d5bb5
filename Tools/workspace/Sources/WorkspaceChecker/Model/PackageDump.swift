/// What `swift package dump-package` says of a manifest, as far as the rules ask.
struct PackageDump: Decodable {
    var name: String
    var toolsVersion: ToolsVersion
    var dependencies: [Dependency]
    var products: [Product]
    var targets: [Target]

    struct ToolsVersion: Decodable {
        var _version: String
    }

    struct Product: Decodable {
        var name: String
        var targets: [String]
    }

    /// A package dependency: exactly one of the arrays is there.
    struct Dependency: Decodable {
        var fileSystem: [Path]?
        var sourceControl: [Source]?

        struct Path: Decodable {
            var path: String
        }

        struct Source: Decodable {
            var location: Location
            var requirement: Requirement
        }

        struct Location: Decodable {
            var remote: [Remote]?

            struct Remote: Decodable {
                var urlString: String
            }
        }

        struct Requirement: Decodable {
            var range: [Range]?

            struct Range: Decodable {
                var lowerBound: String
            }
        }
    }

    struct Target: Decodable {
        var name: String
        var type: String
        var path: String?
        var dependencies: [TargetDependency]
        var settings: [Setting]
    }

    /// `product`, `byName` or `target`: arrays whose first element is the name.
    struct TargetDependency: Decodable {
        var product: [NullableString]?
        var byName: [NullableString]?
        var target: [NullableString]?

        var name: String { (product ?? byName ?? target)?.first?.value ?? "" }
    }

    /// Elements of these arrays are strings, null, or a condition's object, which no rule asks for.
    struct NullableString: Decodable {
        var value: String?

        init(from decoder: any Decoder) throws {
            value = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    struct Setting: Decodable {
        var kind: Kind

        struct Kind: Decodable {
            var enableUpcomingFeature: Value?
            var treatAllWarnings: Value?
            var unsafeFlags: Ignored?
            var swiftLanguageMode: Value?
        }

        struct Value: Decodable {
            var _0: String
        }

        struct Ignored: Decodable {}
    }
}
