using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Streams;
using AvGateway.Operations.Faults;
using AvGateway.Scenes.Model;

namespace AvGateway.LineWatch.Watching;

/// <summary>How a line is.</summary>
public enum LineQuality { Unknown, Ok, Warn, Alarm }

/// <summary>A condition that came, went or is still there.</summary>
public readonly record struct LineSymptom(string Code, bool IsPresent, Wording? Detail);

/// <summary>Holds pictures against limits. Pure: its time is the pictures' own.</summary>
public sealed class WatchJudge(LineLimits limits)
{
    // A share of fewer packets than these is chance.
    private const long LeastExpected = 25;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Condition> _conditions = new(StringComparer.Ordinal);
    private long _wrong = -1;

    public LineQuality Quality { get; private set; }

    /// <summary>Codes that are present.</summary>
    public IReadOnlyList<string> Raised => [.. _conditions.Where(c => c.Value.IsRaised).Select(c => c.Key).Order(StringComparer.Ordinal)];

    public IReadOnlyList<LineSymptom> Judge(LinePicture picture)
    {
        var alive = picture.Streams.Where(s => picture.At - s.LastAt < Fresh && s.RecentExpected >= LeastExpected).ToList();
        var (loss, jitter) = (alive.MaxBy(s => s.RecentLoss), alive.MaxBy(s => s.RecentJitter));
        var oneWay = picture.Calls.FirstOrDefault(c => c.OneWay != "no");
        var damaged = _wrong >= 0 ? picture.Totals.WrongChecksums - _wrong : 0;
        _wrong = picture.Totals.WrongChecksums;
        List<LineSymptom> told =
        [
            Hold(MediaFaults.Loss, loss?.RecentLoss >= limits.LossAlarm ? Say(loss) : null, picture.At),
            Hold(MediaFaults.Jitter, jitter?.RecentJitter >= limits.JitterAlarm ? Say(jitter) : null, picture.At),
            Hold(MediaFaults.Degraded, loss?.RecentLoss >= limits.LossWarn ? Say(loss) : jitter?.RecentJitter >= limits.JitterWarn ? Say(jitter) : null, picture.At),

            // The judge of calls has waited itself, and a frame is either damaged or not.
            Hold(MediaFaults.OneWay, oneWay is null ? null : new($"呼叫 {oneWay.Id}，{oneWay.From} → {oneWay.To}：{InChinese(oneWay.OneWay)}", $"call {oneWay.Id} {oneWay.From} to {oneWay.To}: {oneWay.OneWay}"), picture.At, isAtOnce: true),
            Hold(MediaFaults.Damaged, damaged > 0 ? new($"{damaged} 个报文校验和错误", $"{damaged} packets with a wrong checksum") : null, picture.At, isAtOnce: true),
        ];
        Quality = IsRaised(MediaFaults.Loss) || IsRaised(MediaFaults.Jitter) || IsRaised(MediaFaults.OneWay) ? LineQuality.Alarm
            : IsRaised(MediaFaults.Degraded) || IsRaised(MediaFaults.Damaged) ? LineQuality.Warn : LineQuality.Ok;
        return told;
    }

    /// <summary>Nothing is seen any more: what was told is neither true nor false now, and stays as it is until somebody looks again.</summary>
    public void Blind() => (Quality, _wrong) = (LineQuality.Unknown, -1);

    private bool IsRaised(string code) => _conditions.TryGetValue(code, out var condition) && condition.IsRaised;

    private LineSymptom Hold(string code, Wording? detail, DateTimeOffset at, bool isAtOnce = false)
    {
        if (!_conditions.TryGetValue(code, out var condition)) _conditions.Add(code, condition = new(at));
        if (detail is not null != condition.IsBad) (condition.IsBad, condition.Since) = (detail is not null, at);
        var lasts = isAtOnce && condition.IsBad ? TimeSpan.Zero : limits.Lasts;
        if (condition.IsBad != condition.IsRaised && at - condition.Since >= lasts) condition.IsRaised = condition.IsBad;
        return new(code, condition.IsRaised, detail);
    }

    private static string InChinese(string oneWay) => oneWay == "caller-hears-nothing" ? "主叫听不到声音" : "被叫听不到声音";

    private static Wording Say(StreamFigures stream) => new(
        FormattableString.Invariant($"{stream.Codec} {stream.From} → {stream.To}{(stream.Call is { } call ? $"（呼叫 {call}）" : "")}：丢包 {stream.RecentLoss:0.0} %，抖动 {stream.RecentJitter:0.0} ms，MOS {stream.RecentMos:0.0}"),
        FormattableString.Invariant($"{stream.Codec} {stream.From} to {stream.To}{(stream.Call is { } same ? $" of call {same}" : "")}: loss {stream.RecentLoss:0.0} %, jitter {stream.RecentJitter:0.0} ms, MOS {stream.RecentMos:0.0}"));

    private sealed class Condition(DateTimeOffset since)
    {
        public bool IsBad { get; set; }
        public bool IsRaised { get; set; }
        public DateTimeOffset Since { get; set; } = since;
    }
}
