using AvGateway.Links;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Probes.Kinds;

/// <summary>An uninterruptible power supply that is no device of a room (UPS-MIB, RFC 1628). One that is has the driver <c>snmp-ups</c>.</summary>
internal sealed class SnmpUpsProbe(ILinkFactory links)
{
    private const string Ups = "1.3.6.1.2.1.33.1.";
    private const string Status = Ups + "2.1.0", OnBattery = Ups + "2.2.0", Minutes = Ups + "2.3.0", Charge = Ups + "2.4.0", Temperature = Ups + "2.7.0", Source = Ups + "4.1.0";
    private const int BatteryLow = 3, BatteryDepleted = 4;
    private const int SourceNormal = 3, SourceBypass = 4, SourceBattery = 5;

    public static ProbeKind Kind(ProbeTools tools) => SnmpProbe.Common(new("snmp-ups", "An uninterruptible power supply", "不间断电源", SnmpProbe.Form, new SnmpUpsProbe(tools.Links).RunAsync), tools) with
    {
        Measures =
        [
            new("minutes", "min", "How long the battery lasts", "电池剩余时间", new MeasureLimits { WarnBelow = 15, AlarmBelow = 10, IsCritical = true }),
            new("charge", "%", "Charge of the battery", "电池电量", new MeasureLimits { WarnBelow = 80, AlarmBelow = 40, Hysteresis = 2 }),
            new("on-battery", "s", "How long it has been on battery", "电池供电时间", new MeasureLimits { WarnAbove = 0, AlarmAbove = 120 }),
            new("temperature", "°C", "Temperature of the battery", "电池温度", new MeasureLimits { WarnAbove = 35, AlarmAbove = 45, Hysteresis = 1 }),
        ],
    };

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        await using var agent = await SnmpSession.OpenAsync(links, turn, late);
        var found = await agent.GetAsync(Status, OnBattery, Minutes, Charge, Temperature, Source);
        if (found[0].Number is not { } status) return ProbeSight.Wrong(new("代理不支持 UPS-MIB", "the agent does not know the UPS-MIB"));
        var measures = new[] { ("on-battery", found[1]), ("charge", found[3]), ("temperature", found[4]) }.Where(m => m.Item2.Number is not null).Select(m => new Measured(m.Item1, m.Item2.Number!.Value)).ToList();
        if (found[2].Number is { } minutes) measures.Insert(0, new("minutes", minutes));
        var source = (int?)found[5].Number switch { SourceNormal => new Wording("市电供电", "on mains"), SourceBattery => new("电池供电", "on battery"), SourceBypass => new("旁路供电", "on bypass"), _ => new("供电来源未知", "on an unknown source") };
        var battery = (int)status switch { 2 => new Wording("正常", "normal"), BatteryLow => new("电量低", "low"), BatteryDepleted => new("已耗尽", "depleted"), _ => new("状态未知", "unknown") };
        var text = new Wording($"{source.Zh}，电池{battery.Zh}", $"{source.En}, battery {battery.En}");
        return (int)status is BatteryLow or BatteryDepleted || (int?)found[5].Number is SourceBypass ? ProbeSight.Wrong(text, [.. measures]) : ProbeSight.Seen(text, [.. measures]);
    }
}
