using System.Collections.Concurrent;
using System.Globalization;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>One interface of a switch or router (IF-MIB, RFC 2863): up or down, errors and load since the run before.</summary>
internal sealed class SnmpInterfaceProbe(ILinkFactory links)
{
    private const string IfEntry = "1.3.6.1.2.1.2.2.1.", IfXEntry = "1.3.6.1.2.1.31.1.1.1.";
    private const string Description = IfEntry + "2", Name = IfXEntry + "1";
    private const string Uptime = "1.3.6.1.2.1.1.3.0";
    private const int Up = 1;
    private const int MostInterfaces = 2000;

    // ifAdminStatus, ifOperStatus, ifInDiscards, ifInErrors, ifOutDiscards, ifOutErrors, ifHCInOctets, ifHCOutOctets, ifHighSpeed
    private static readonly string[] Columns = [IfEntry + "7", IfEntry + "8", IfEntry + "13", IfEntry + "14", IfEntry + "19", IfEntry + "20", IfXEntry + "6", IfXEntry + "10", IfXEntry + "15"];

    // What the run before counted, and which row the name was: bounded by the probes of the site file.
    private readonly ConcurrentDictionary<string, Sample> _before = new(StringComparer.Ordinal);

    public static ProbeKind Kind(ProbeTools tools) => SnmpProbe.Common(new("snmp-interface", "An interface of a switch or router", "交换机或路由器接口", SnmpProbe.Form, new SnmpInterfaceProbe(tools.Links).RunAsync), tools) with
    {
        Options = [new("interface", ValueKind.Text, "", "Its name, description or number", "接口名称、描述或序号")],
        CheckOptions = options => options["interface"].Text.Length == 0 ? ["\"interface\" is missing"] : [],
        Measures =
        [
            new("load", "%", "The busier direction, of the interface's speed", "利用率", new MeasureLimits { WarnAbove = 90, Hysteresis = 5 }),
            new("errors", "/min", "Frames in error, both directions", "错误帧", new MeasureLimits { WarnAbove = 10, Hysteresis = 5 }),
            new("discards", "/min", "Frames discarded, both directions", "丢弃帧", new MeasureLimits { WarnAbove = 600, Hysteresis = 100 }),
            new("speed", "Mbit/s", "Speed of the interface", "接口速率"),
            new("received", "kbit/s", "What comes in", "接收速率"),
            new("sent", "kbit/s", "What goes out", "发送速率"),
            new("errors-in", "/min", "Frames in error that came in", "接收错误帧"),
            new("errors-out", "/min", "Frames in error that went out", "发送错误帧"),
            new("oper", "", "ifOperStatus: 1 up, 2 down, 7 lower layer down", "运行状态"),
            new("admin", "", "ifAdminStatus: 1 up, 2 down", "管理状态"),
        ],
    };

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var wanted = turn.Plan.Options["interface"].Text;
        await using var agent = await SnmpSession.OpenAsync(links, turn, late);
        var before = _before.GetValueOrDefault(turn.Plan.Id);
        if ((before?.Index ?? await IndexAsync(agent, wanted)) is not { } index) return ProbeSight.Wrong(new($"代理没有接口“{wanted}”", $"the agent has no interface \"{wanted}\""));
        var name = Name + "." + index;
        var at = turn.Time.GetTimestamp();
        var found = await agent.GetAsync([Uptime, name, Description + "." + index, .. Columns.Select(c => c + "." + index)]);

        // Numbers of interfaces may change when a switch restarts: the name has to be there still.
        if (found[1].Text != wanted && found[2].Text != wanted && index != wanted)
        {
            _before.TryRemove(turn.Plan.Id, out _);
            return ProbeSight.Wrong(new($"接口“{wanted}”的序号已变，正在重新查找", $"\"{wanted}\" has another number now; it is looked for again"));
        }

        var now = new Sample(index, at, found[0].Number ?? 0, [.. found.Skip(3).Select(f => f.Number)]);
        _before[turn.Plan.Id] = now;
        var measures = Rates(turn, before, now);
        if (now.Counts[0] is { } admin && (int)admin != Up) return ProbeSight.Wrong(new($"接口 {wanted} 已被管理员关闭", $"{wanted} is switched off by its administrator"), [.. measures]);
        if (now.Counts[1] is not { } status || (int)status != Up) return ProbeSight.Wrong(new($"接口 {wanted} 未连通", $"{wanted} is down"), [.. measures]);
        return ProbeSight.Seen(new($"接口 {wanted} 已连通", $"{wanted} is up"), [.. measures]);
    }

    private static async Task<string?> IndexAsync(SnmpSession agent, string wanted)
    {
        foreach (var column in new[] { Name, Description })
        {
            var rows = await agent.WalkAsync(column, MostInterfaces);
            if (rows.FirstOrDefault(r => r.Text == wanted) is { Oid: { } oid }) return oid[(column.Length + 1)..];
        }

        return uint.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? wanted : null;
    }

    private static List<Measured> Rates(ProbeTurn turn, Sample? before, Sample now)
    {
        var measures = new List<Measured>();
        if (now.Counts[8] is > 0 and { } speed) measures.Add(new("speed", speed));
        if (now.Counts[1] is { } oper) measures.Add(new("oper", oper));
        if (now.Counts[0] is { } admin) measures.Add(new("admin", admin));

        // A restart of the agent, or a counter that ran over, gives no rate; the next run does.
        if (before is null || now.Uptime < before.Uptime) return measures;
        var minutes = turn.Time.GetElapsedTime(before.At, now.At).TotalMinutes;
        if (minutes <= 0) return measures;
        if (Grown(3) + Grown(5) is { } errors) measures.Add(new("errors", Math.Round(errors / minutes, 1)));
        if (Grown(3) is { } errorsIn) measures.Add(new("errors-in", Math.Round(errorsIn / minutes, 1)));
        if (Grown(5) is { } errorsOut) measures.Add(new("errors-out", Math.Round(errorsOut / minutes, 1)));
        if (Grown(6) is { } octetsIn) measures.Add(new("received", Math.Round(octetsIn * 8 / (minutes * 60) / 1000, 1)));
        if (Grown(7) is { } octetsOut) measures.Add(new("sent", Math.Round(octetsOut * 8 / (minutes * 60) / 1000, 1)));
        if (Grown(2) + Grown(4) is { } discards) measures.Add(new("discards", Math.Round(discards / minutes, 1)));
        if (now.Counts[8] is > 0 and { } fast && Grown(6) is { } received && Grown(7) is { } sent)
            measures.Add(new("load", Math.Round(Math.Max(received, sent) * 8 / (minutes * 60) / (fast * 1e6) * 100, 2)));
        return measures;

        double? Grown(int column) => now.Counts[column] - before.Counts[column] is >= 0 and var grown ? grown : null;
    }

    private sealed record Sample(string Index, long At, double Uptime, double?[] Counts);
}
