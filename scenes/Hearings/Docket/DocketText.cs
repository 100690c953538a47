using System.Collections.Immutable;
using System.Globalization;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings.Docket;

/// <summary>What the three docket readers have in common: bounds, local times of the court, and how an entry is checked.</summary>
internal sealed class DocketText(TimeZoneInfo zone)
{
    public const int MaximumEntries = 20_000;
    public const int MaximumFindings = 100;
    private static readonly TimeSpan LongestEntry = TimeSpan.FromDays(3);
    private static readonly string[] LocalForms = ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss"];
    private static readonly string[] ZonedForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.fffK"];

    private readonly ImmutableArray<DocketEntry>.Builder _entries = ImmutableArray.CreateBuilder<DocketEntry>();
    private readonly ImmutableArray<Finding>.Builder _findings = ImmutableArray.CreateBuilder<Finding>();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public bool IsFull => _findings.Count >= MaximumFindings;
    public DocketReading Reading => new(_findings.Count == 0 ? _entries.ToImmutable() : [], _findings.ToImmutable());
    public ImmutableArray<Finding>.Builder Findings => _findings;

    public bool FitsIn(int length)
    {
        if (length <= DocketReading.MaximumBytes) return true;
        Find("line 1", "SIZE", $"文件超过 {DocketReading.MaximumBytes} 字节", $"the file is longer than {DocketReading.MaximumBytes} bytes");
        return false;
    }

    public void Find(string place, string code, string zh, string en)
    {
        if (!IsFull) _findings.Add(new(place, code, new(zh, en)));
    }

    public void Add(string place, string room, string id, DateTimeOffset? start, DateTimeOffset? end, bool isPublic)
    {
        if (!IsId(room)) Find(place, "ROOM", "法庭编号只能含 a-z 0-9 -，至多 40 字", "a room id has a-z 0-9 - only, at most 40");
        if (id.Length is 0 or > 100 || id.Any(c => c is <= ' ' or > '~'))
            Find(place, "ID", "编号须为 1 至 100 个可见 ASCII 字符",
            "an id has 1 to 100 visible ASCII characters");
        else if (!_ids.Add(id)) Find(place, "TWICE", "编号重复", "this id stands twice");
        if (start is not { } from || end is not { } to) return;
        if (to <= from) Find(place, "ORDER", "结束不晚于开始", "it ends before it begins");
        else if (to - from > LongestEntry) Find(place, "LONG", "超过三天", "it is longer than three days");
        else if (_entries.Count >= MaximumEntries) Find(place, "MANY", $"超过 {MaximumEntries} 条", $"more than {MaximumEntries} entries");
        else _entries.Add(new(room, id, from, to, isPublic));
    }

    /// <summary>A time with its offset, or one of the court's own zone.</summary>
    public DateTimeOffset? Time(string place, string text)
    {
        if (DateTime.TryParseExact(text, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return Local(
            place, local, zone);
        if (HasOffset(text) && DateTimeOffset.TryParseExact(text, ZonedForms, CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var zoned))
            return zoned.ToUniversalTime();
        Find(place, "TIME", "时间格式应为 2026-11-23T09:00 或带时区", "a time reads 2026-11-23T09:00, with or without an offset");
        return null;
    }

    public DateTimeOffset? Local(string place, DateTime local, TimeZoneInfo of)
    {
        // A time that the clock skips or passes twice is a question for a person, not a guess.
        if (!of.IsInvalidTime(local) && !of.IsAmbiguousTime(local))
            return new DateTimeOffset(local, of.GetUtcOffset(local)).ToUniversalTime();
        Find(place, "CLOCK", "该时间因夏令时不存在或重复", "the clock skips this time or passes it twice");
        return null;
    }

    private static bool HasOffset(string text) => text.EndsWith('Z') || text.Length > 6 && text[^6] is '+' or '-';

    private static bool IsId(string text) =>
        text.Length is > 0 and <= 40 && text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');
}
