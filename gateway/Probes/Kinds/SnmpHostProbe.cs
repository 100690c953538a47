using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>A server or recording store (HOST-RESOURCES-MIB, RFC 2790): how full a volume is, in how many days it will be, and how busy the processors are.</summary>
internal sealed class SnmpHostProbe(ILinkFactory links)
{
    private const string Storage = "1.3.6.1.2.1.25.2.3.1.";
    private const string Description = Storage + "3", Size = Storage + "5", Taken = Storage + "6";
    private const string Processors = "1.3.6.1.2.1.25.3.3.1.2";
    private const int MostRows = 500;

    public static ProbeKind Kind(ProbeTools tools) => SnmpProbe.Common(new("snmp-host", "A volume and the processors of a host", "主机磁盘与处理器", SnmpProbe.Form, new SnmpHostProbe(tools.Links).RunAsync), tools) with
    {
        Options = [new("storage", ValueKind.Text, "/", "The volume as the host describes it, for example / or D:", "磁盘卷描述，如 / 或 D:")],
        Measures = [.. DiskMeasures.All, new("cpu", "%", "Mean load of the processors", "处理器平均负载", new MeasureLimits { WarnAbove = 90, Lasts = TimeSpan.FromMinutes(5), Hysteresis = 5 })],
        Trend = DiskMeasures.Trend,
        Every = TimeSpan.FromMinutes(5),
    };

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var wanted = turn.Plan.Options["storage"].Text;
        await using var agent = await SnmpSession.OpenAsync(links, turn, late);
        var rows = await agent.WalkAsync(Description, MostRows);
        var loads = (await agent.WalkAsync(Processors, MostRows)).Where(l => l.Number is not null).ToList();
        var measures = new List<Measured>();
        if (loads.Count > 0) measures.Add(new("cpu", Math.Round(loads.Average(l => l.Number!.Value), 1)));

        // Windows describes a volume as "D:\ Label:… Serial Number …".
        if (rows.FirstOrDefault(r => r.Text == wanted || r.Text?.StartsWith(wanted + "\\", StringComparison.OrdinalIgnoreCase) == true) is not { Oid: { } oid })
            return ProbeSight.Wrong(
                new($"主机没有卷“{wanted}”；现有 {string.Join("、", rows.Select(r => r.Text).Take(12))}", $"the host has no volume \"{wanted}\"; it has {string.Join(", ", rows.Select(r => r.Text).Take(12))}"), [.. measures]);
        var index = oid[(Description.Length + 1)..];
        var found = await agent.GetAsync($"{Size}.{index}", $"{Taken}.{index}");
        if (found[0].Number is not > 0 || found[1].Number is null) return ProbeSight.Wrong(new($"主机未给出“{wanted}”的容量", $"the host does not tell the size of \"{wanted}\""), [.. measures]);

        // Sizes beyond 31 bits come as negative numbers from agents that do not know better; both then wrap alike.
        var used = Math.Round(found[1].Number!.Value / found[0].Number!.Value * 100, 2);
        return ProbeSight.Seen(new(FormattableString.Invariant($"{wanted} 已用 {used:0.#} %"), FormattableString.Invariant($"{wanted} is {used:0.#} % full")), [new(DiskMeasures.Used, used), .. measures]);
    }
}

/// <summary>How full something is, and when it will be.</summary>
internal static class DiskMeasures
{
    public const string Used = "used";
    private const string DaysToFull = "days-to-full";

    public static ProbeTrend Trend { get; } = new(Used, DaysToFull, 100);

    public static ProbeMeasure[] All { get; } =
    [
        new(Used, "%", "How full it is", "已用空间", new MeasureLimits { WarnAbove = 85, AlarmAbove = 95, Hysteresis = 2 }),
        new(DaysToFull, "d", "Days until it is full, as it has grown in the last week", "预计写满天数", new MeasureLimits { WarnBelow = 7, AlarmBelow = 2, Hysteresis = 0.5 }),
    ];
}
