import Glibc

/// Times as texts.
enum TimeText {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T09:05:00.125Z`. Times beyond the year 9999 stand as its last.
    static func rfc3339(_ milliseconds: UInt64) -> String {
        let milliseconds = min(milliseconds, 253_402_300_799_999)
        let seconds = milliseconds / 1_000
        let (year, month, day) = date(daysSince1970: seconds / 86_400)
        let (hour, minute) = (seconds / 3_600 % 24, seconds / 60 % 60)
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T" + padded(hour, 2) + ":"
            + padded(minute, 2) + ":" + padded(seconds % 60, 2) + "." + padded(milliseconds % 1_000, 3) + "Z"
    }

    /// For people, by the machine's time zone: `2026-11-23 10:05`.
    static func local(_ milliseconds: UInt64) -> String {
        guard let parts = parts(milliseconds) else { return rfc3339(milliseconds) }
        return padded(UInt64(parts.tm_year + 1_900), 4) + "-" + padded(UInt64(parts.tm_mon + 1), 2) + "-"
            + padded(UInt64(parts.tm_mday), 2) + " " + clock(parts)
    }

    /// The time of day alone, by the machine's time zone: `10:05`.
    static func localClock(_ milliseconds: UInt64) -> String {
        parts(milliseconds).map(clock) ?? rfc3339(milliseconds)
    }

    private static func clock(_ parts: tm) -> String {
        padded(UInt64(parts.tm_hour), 2) + ":" + padded(UInt64(parts.tm_min), 2)
    }

    private static func parts(_ milliseconds: UInt64) -> tm? {
        var time = time_t(min(milliseconds, 253_402_300_799_999) / 1_000)
        var parts = tm()
        return localtime_r(&time, &parts) == nil ? nil : parts
    }

    /// The civil calendar (Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days).
    private static func date(daysSince1970: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let days = daysSince1970 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func padded(_ number: UInt64, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
