using System.Globalization;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>Any one object of an SNMP agent: a number to be held against limits, or a text that must be what it should be.</summary>
internal sealed class SnmpProbe(ILinkFactory links)
{
    public const string Form = "snmp://HOST?version=2c or snmp://USER@HOST?version=3";
    private const string Value = "value";

    public static ProbeKind Kind(ProbeTools tools) => Common(new("snmp", "An object of an SNMP agent", "SNMP 对象", Form, new SnmpProbe(tools.Links).RunAsync), tools) with
    {
        Options =
        [
            new("oid", ValueKind.Text, "", "The object with its instance, dotted", "对象标识（含实例）"),
            new("scale", ValueKind.Number, 1.0, "What a number is multiplied by", "换算系数"),
            new("expect", ValueKind.Text, "", "The only value that is right", "唯一正确的值"),
        ],
        CheckOptions = options => IsOid(options["oid"].Text) ? [] : ["\"oid\" is missing, or not a dotted object with its instance"],
        Measures = [new(Value, "", "The value", "测量值"), CommonMeasures.OfLatency()],
    };

    /// <summary>What all kinds that ask an agent have in common.</summary>
    public static ProbeKind Common(ProbeKind kind, ProbeTools tools) => kind with
    {
        Schemes = ["snmp"],
        DefaultPort = 161,
        TakesSecret = true,
        Check = address => tools.Links.Check(address),
        Within = TimeSpan.FromSeconds(8),
    };

    private static bool IsOid(string text) => text.Split('.') is { Length: > 2 } parts && parts.All(p => uint.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _)) && parts[0] is "0" or "1" or "2";

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var options = turn.Plan.Options;
        await using var agent = await SnmpSession.OpenAsync(links, turn, late);
        var began = turn.Time.GetTimestamp();
        var found = (await agent.GetAsync(options["oid"].Text))[0];
        var took = CommonMeasures.Took(turn.Time.GetElapsedTime(began));
        if (found.IsMissing) return ProbeSight.Wrong(new("代理没有该对象", "the agent has no such object"), took);
        var text = found.Text ?? (found.Number!.Value * options["scale"].Number).ToString("0.######", CultureInfo.InvariantCulture);
        if (options["expect"].Text is { Length: > 0 } expected && text != expected) return ProbeSight.Wrong(new($"“{text}”，应为“{expected}”", $"\"{text}\", should be \"{expected}\""), took);
        return found.Number is { } number ? ProbeSight.Seen(new($"为 {text}", $"it is {text}"), new(Value, number * options["scale"].Number), took) : ProbeSight.Seen(new($"为“{text}”", $"it is \"{text}\""), took);
    }
}
