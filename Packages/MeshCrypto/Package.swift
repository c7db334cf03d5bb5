// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "MeshCrypto",
    products: [.library(name: "MeshCrypto", targets: ["MeshCrypto"])],
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(name: "MeshCrypto", dependencies: ["CSodium"], swiftSettings: settings),
        .testTarget(
            name: "MeshCryptoTests",
            dependencies: ["MeshCrypto"],
            resources: [.copy("Vectors")],
            swiftSettings: settings),
    ]
)
