enum NodeProcess {
    static func run(_ configuration: RunConfiguration) throws {}
}
