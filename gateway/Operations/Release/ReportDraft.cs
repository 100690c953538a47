using System.Collections.Immutable;
using System.Globalization;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Parties;

namespace AvGateway.Operations.Release;

/// <summary>One printed line of a report.</summary>
/// <param name="By">Who wrote it; null: the gateway.</param>
public sealed record ReportLine(ReportField Field, FieldValue? Value, string? By);

/// <summary>A report as it stands: what the gateway knows, and over it what people wrote where they may.</summary>
public sealed class ReportDraft
{
    private static readonly Dictionary<string, string> MeasureNames = new(StringComparer.Ordinal)
    {
        ["temperature"] = "温度",
        ["humidity"] = "湿度",
        ["leak"] = "漏水",
        ["battery"] = "电池状态",
        ["battery-minutes"] = "电池剩余",
        ["battery-charge"] = "电池电量",
        ["on-battery"] = "电池供电",
        ["load"] = "负载",
        ["voltage"] = "电压",
        ["current"] = "电流",
        ["frequency"] = "频率",
    };

    private readonly ReportFacts _facts;

    public ReportDraft(ReportFacts facts, ReportCase known)
    {
        (_facts, Case) = (facts, known);
        Lines = [.. ReportFields.Of(known.Kind).Select(Line)];
        Missing = [.. Lines.Where(l => l.Value is null && IsRequired(l.Field)).Select(l => l.Field)];
    }

    public ReportFacts Facts => _facts;
    public ReportCase Case { get; }
    public ImmutableArray<ReportLine> Lines { get; }

    /// <summary>What is not there yet; a report with gaps is refused.</summary>
    public ImmutableArray<ReportField> Missing { get; }

    public FieldValue? this[string field] => Lines.FirstOrDefault(l => l.Field.Name == field)?.Value;

    public bool IsRequired(ReportField field) => field.IsRequired || (field.With is { } with && Case.Filled.TryGetValue(with.Field, out var other) && with.Words.Contains(other.Value));

    private ReportLine Line(ReportField field)
    {
        if (field.MayBeWritten && Case.Filled.TryGetValue(field.Name, out var filled)) return new(field, Written(field, filled.Value), filled.By);
        return new(field, field.Source is FieldSource.Person ? null : Known(field.Name), null);
    }

    private static FieldValue Written(ReportField field, string value)
    {
        if (value == ReportField.Unknown && field.Source is FieldSource.Either) return FieldValue.NotKnown;
        foreach (var (word, says) in field.Words)
            if (word == value) return new(word, says);
        return FieldValue.Of(value);
    }

    private FieldValue? Known(string name)
    {
        var fault = _facts.Fault;
        return name switch
        {
            "fault" => FieldValue.Of(fault.Id),
            "code" => FieldValue.Of(fault.Code, $"{_facts.What.Zh}（{fault.Code}）", $"{_facts.What.En} ({fault.Code})"),
            "severity" => FieldValue.Of(fault.Severity.ToString()),
            "party" => _facts.Party is { } party ? FieldValue.Of(party, _facts.Supplier?.Name.Zh ?? party, _facts.Supplier?.Name.En ?? party) : null,
            "site" => FieldValue.Of(_facts.Site.Id, _facts.Site.Name.Zh, _facts.Site.Name.En),
            "room" => Room(fault.Room),
            "device" => FieldValue.Of(fault.Subject),
            "rack" => Plain(_facts.Device?.Rack),
            "model" => Plain(_facts.Model),
            "serial" => Plain(_facts.Serial),
            "firmware" => Plain(_facts.Firmware),
            "linked" => Linked(),
            "warranty" => Warranty(),
            "contract" => Plain(_facts.Supplier?.Number),
            "circuit" => Plain(fault.Circuit),
            "since" => Time(fault.Since),
            "last-good" => _facts.LastGood is { } good ? Time(good) : FieldValue.NotKnown,
            "clock-offset" => _facts.ClockOffsetMilliseconds is { } offset ? FieldValue.Of(string.Create(CultureInfo.InvariantCulture, $"{offset:+0.#;-0.#;0} ms")) : FieldValue.NotKnown,
            "changed-seen" => Changes(),
            "environment" => Measures(isPower: false),
            "power" => Measures(isPower: true),
            "times" => Times(),
            "scope" => Scope(),
            "impact" => Impact(),
            "frames" => FieldValue.Of(
                string.Create(CultureInfo.InvariantCulture, $"{Frames(_facts.FramesThen)} + {Frames(_facts.FramesNow)}"),
                string.Create(CultureInfo.InvariantCulture, $"故障时 {Frames(_facts.FramesThen)} 帧，最近 {Frames(_facts.FramesNow)} 帧（已脱敏）"),
                string.Create(CultureInfo.InvariantCulture, $"{Frames(_facts.FramesThen)} at the time, {Frames(_facts.FramesNow)} last (redacted)")),
            "config-hash" => FieldValue.Of(_facts.Site.Hash),
            "inspection" => Inspection(),
            "extent" => Extent(),
            "loss" => Figure(_facts.Line?.LossPercent, "%"),
            "jitter" => Figure(_facts.Line?.JitterMilliseconds, "ms"),
            "delay" => Figure(_facts.Line?.DelayMilliseconds, "ms"),
            "far-end" => _facts.Line?.FarEnd ?? FieldValue.NotKnown,
            "deadline" => _facts.Clocks.FirstOrDefault(c => c.Kind is ClockKind.Restore) is { Due: { } due } ? Time(due) : null,
            _ => null,
        };
    }

    private static FieldValue? Plain(string? text) => string.IsNullOrWhiteSpace(text) ? null : FieldValue.Of(text);

    private static int Frames(ImmutableArray<string> lines) => lines.Count(l => !l.StartsWith('#'));

    private FieldValue Room(string? room) => room is null ? FieldValue.Of("–", "不限于一个房间", "no single room")
        : _facts.Site.Rooms.TryGetValue(room, out var name) ? FieldValue.Of(room, $"{name.Zh}（{room}）", $"{name.En} ({room})") : FieldValue.Of(room);

    private FieldValue Time(DateTimeOffset at) => FieldValue.Of(_facts.Local(at).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture));

    private FieldValue Linked()
    {
        if (_facts.Linked.IsEmpty) return FieldValue.Of("–", "无", "none");
        var all = string.Join("; ", _facts.Linked.Select(l => string.Join(' ', new[] { $"{l.Device} ({l.Class})", l.Model, l.Firmware }.OfType<string>())));
        return FieldValue.Of(all);
    }

    private FieldValue? Warranty()
    {
        if (_facts.Supplier is not { } supplier) return null;
        var cover = supplier.Covers.FirstOrDefault(c => c.Device == _facts.Fault.Subject);
        if ((cover?.Warranty ?? cover?.Contract ?? supplier.Contract) is not { } last) return null;
        var date = last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return (cover?.Warranty is not null, _facts.Cover) switch
        {
            (true, CoverState.Warranty) => FieldValue.Of(date, $"{date}（在保）", $"{date} (in warranty)"),
            (true, CoverState.Contract) => FieldValue.Of(date, $"{date}（已过保，维保合同有效）", $"{date} (over; the maintenance contract holds)"),
            (true, _) => FieldValue.Of(date, $"{date}（已过保）", $"{date} (over)"),
            (false, CoverState.Contract) => FieldValue.Of(date, $"无质保记录；维保合同至 {date}", $"no warranty on record; maintenance contract until {date}"),
            _ => FieldValue.Of(date, $"无质保记录；维保合同已于 {date} 到期", $"no warranty on record; the maintenance contract ended on {date}"),
        };
    }

    private FieldValue Changes()
    {
        if (_facts.Changes.IsEmpty) return FieldValue.Of("–", "此前 24 小时无记录", "nothing recorded in the 24 hours before");
        return FieldValue.Of(string.Join("; ", _facts.Changes.Select(c => $"{_facts.Local(c.At).ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} {c.Kind}")));
    }

    private FieldValue Measures(bool isPower)
    {
        var seen = _facts.Surroundings.Where(m => m.IsPower == isPower).ToList();
        if (seen.Count == 0) return FieldValue.NotKnown;
        return FieldValue.Of(
            string.Join("; ", seen.Select(m => Measure(m, m.Name, m.Value))),
            string.Join("；", seen.Select(m => Measure(m, MeasureNames.GetValueOrDefault(m.Name, m.Name), m.Value switch { "true" => "是", "false" => "否", _ => m.Value }))),
            string.Join("; ", seen.Select(m => Measure(m, m.Name, m.Value switch { "true" => "yes", "false" => "no", _ => m.Value }))));

        string Measure(SeenMeasure m, string name, string value) =>
            $"{m.Source} {name} {value}{(m.Unit is { } unit ? $" {unit}" : "")} ({_facts.Local(m.At).ToString("HH:mm:ss", CultureInfo.InvariantCulture)})";
    }

    private FieldValue Times()
    {
        var times = _facts.Fault.Times.ToString(CultureInfo.InvariantCulture);
        return _facts.Fault.IsFlapping ? FieldValue.Of(times, $"{times}（反复）", $"{times} (flapping)") : FieldValue.Of(times);
    }

    private FieldValue Scope()
    {
        if (_facts.Fault.Affected.Length > 0) return FieldValue.Of("general", $"普遍：同支路 {_facts.Fault.Affected.Length} 台设备", $"general: {_facts.Fault.Affected.Length} devices on one branch");
        return _facts.Alike > 0 ? FieldValue.Of("general", $"普遍：另有 {_facts.Alike} 台同类故障", $"general: {_facts.Alike} more of the same kind") : FieldValue.Of("single", "单台", "single");
    }

    private FieldValue Impact()
    {
        var (hearings, minutes) = (_facts.Impact.Hearings, (int)Math.Ceiling(_facts.Impact.Lasting.TotalMinutes));
        return FieldValue.Of(
            string.Create(CultureInfo.InvariantCulture, $"{hearings}/{minutes}"),
            string.Create(CultureInfo.InvariantCulture, $"影响庭审 {hearings} 场，共 {minutes} 分钟"),
            string.Create(CultureInfo.InvariantCulture, $"{hearings} hearings, {minutes} minutes"));
    }

    private FieldValue Inspection()
    {
        if (_facts.Inspection is not { } last) return FieldValue.Of("–", "无", "none");
        var at = _facts.Local(last.At).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return FieldValue.Of($"{last.Inspection} {at} {last.State} ({last.Reason})");
    }

    private FieldValue? Extent() => _facts.StillThere switch
    {
        null or 0 when _facts.Fault.IsPresent && _facts.Fault.Affected.Length > 0 => FieldValue.Of("full", "全部中断", "Full"),
        > 0 => FieldValue.Of("partial", "部分中断", "Partial"),
        _ => null,
    };

    private static FieldValue Figure(double? value, string unit) =>
        value is { } known ? FieldValue.Of(string.Create(CultureInfo.InvariantCulture, $"{known:0.#} {unit}")) : FieldValue.NotKnown;
}
