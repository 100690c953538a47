using System.Net;
using AvGateway.Devices;
using AvGateway.Drivers.Transports.Sip;
using AvGateway.Links;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;
using Microsoft.Extensions.Logging;

namespace AvGateway.Probes.Kinds;

/// <summary>OPTIONS: whether a SIP endpoint or proxy is there (RFC 3261, section 11). All probes use one stack, opened with the first.</summary>
internal sealed class SipProbe(ProbeTools tools) : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private ISipUserAgent? _agent;

    public static ProbeKind Kind(ProbeTools tools) => new("sip-options", "A SIP endpoint or proxy answers", "SIP 终端或代理应答", "sip:USER@HOST;transport=udp", new SipProbe(tools).RunAsync)
    {
        Schemes = ["sip"],
        DefaultPort = 5060,
        TakesSecret = true,
        Check = Check,
        Options = [new("status", ValueKind.Integer, 0, "The only final answer that is right; 0: any success", "唯一正确的应答码；0 为任意成功应答") { Min = 0, Max = 699 }],
        Measures = [CommonMeasures.OfLatency()],
    };

    public void Dispose() => _opening.Dispose();

    private static IEnumerable<string> Check(LinkAddress address)
    {
        if ((address.Option("transport") ?? "udp") is var transport && transport is not ("udp" or "tcp")) yield return $"transport={transport} is not udp or tcp";
        foreach (var option in address.Options.Keys.Where(o => o != "transport")) yield return $"sip knows no parameter \"{option}\" here";
        if (!SipUri.TryParse($"sip:{address.User ?? "x"}@h", out _)) yield return $"\"{address.User}\" cannot stand in a SIP address";
        if (address.Host.Contains(':', StringComparison.Ordinal)) yield return "SIP over IPv6 is not there; write an IPv4 address";
    }

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var (plan, target) = (turn.Plan, turn.Plan.Target!);
        var uri = SipUri.Of(target.User, target.Host, target.Port);
        if (target.Option("transport") == "tcp") uri = uri with { Parameters = SipParameters.None.With("transport", "tcp") };
        var identity = new SipIdentity(SipUri.Of("avgateway", target.Host)) { Credentials = plan.Secret is { } secret ? new(target.User ?? "", secret) : null };
        turn.Note($"OPTIONS {uri}");
        var answer = await (await AgentAsync(late)).OptionsAsync(new(identity, uri, plan.Within), late);
        if (!answer.IsAlive) return ProbeSight.Silent(new($"OPTIONS 无应答（{answer.Failure}）", $"no answer to OPTIONS ({answer.Failure})"));
        turn.Note($"{answer.Status} {answer.Reason}, {answer.Product ?? "no product named"}");
        var took = CommonMeasures.Took(answer.Elapsed);
        if (answer.IsPasswordRefused) return ProbeSight.Blind(new($"对端拒绝口令（{answer.Status}）", $"the far end refuses the password ({answer.Status})"), new("修正该探测的用户与密钥", "mend the probe's user and secret"));
        var wanted = plan.Options["status"].Integer;
        var isRight = wanted == 0 ? answer.IsSuccess : answer.Status == wanted;
        var said = new Wording($"应答 {answer.Status} {answer.Reason}", $"{answer.Status} {answer.Reason}");
        return isRight ? ProbeSight.Seen(said, took) : ProbeSight.Wrong(said, took);
    }

    private async ValueTask<ISipUserAgent> AgentAsync(CancellationToken late)
    {
        if (Volatile.Read(ref _agent) is { } open) return open;
        await _opening.WaitAsync(late);
        try
        {
            if (_agent is { } meanwhile) return meanwhile;
            var anywhere = new IPEndPoint(IPAddress.Any, 0);
            var stack = await SipStack.OpenAsync(new() { Udp = anywhere, Tcp = anywhere }, tools.Time, tools.Logs.CreateLogger<SipStack>());
            Volatile.Write(ref _agent, stack);
            return stack;
        }
        finally
        {
            _opening.Release();
        }
    }
}
