using System.Net;
using System.Net.NetworkInformation;
using AvGateway.Devices;
using AvGateway.Drivers.Transports;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>Echo requests: whether a host answers at all, how much is lost, how long it takes and how much that varies.</summary>
internal sealed class IcmpProbe(HostResolver names)
{
    private const string Loss = "loss";
    private const string Jitter = "jitter";
    private static readonly byte[] Load = [.. Enumerable.Range(0, 56).Select(i => (byte)i)];

    public static ProbeKind Kind(ProbeTools tools) => new("icmp", "A host answers echo requests", "主机响应 ping", "icmp://HOST", new IcmpProbe(tools.Names).RunAsync)
    {
        Schemes = ["icmp"],
        Check = address => address.Port is null ? CommonMeasures.NothingMore(address) : ["icmp knows no port"],
        Options = [new("count", ValueKind.Integer, 3, "How many requests are sent", "请求个数") { Min = 1, Max = 20 }],
        Measures =
        [
            CommonMeasures.OfLatency(500),
            new(Loss, "%", "Requests without an answer", "丢包率", new MeasureLimits { WarnAbove = 30, AlarmAbove = 60 }),
            new(Jitter, "ms", "Mean difference of neighbouring answers", "抖动", new MeasureLimits { WarnAbove = 30 }),
        ],
    };

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var count = (int)turn.Plan.Options["count"].Integer;
        var addresses = await names.ResolveAsync(turn.Plan.Target!.Host, late);
        var patience = turn.Plan.Within / (count + 1);
        var took = new List<double>();
        var last = IPStatus.Unknown;
        for (var i = 0; i < count; i++)
        {
            try
            {
                last = await OnceAsync(turn, addresses[0], patience, took, late);
            }
            catch (Exception unable) when (unable is PlatformNotSupportedException or PingException)
            {
                turn.Note($"no echo request can be sent: {unable.InnerException?.Message ?? unable.Message}");
                return ProbeSight.Blind(
                    new("网关无权发送 ICMP 回显请求", "this gateway may not send echo requests"),
                    new("授予 CAP_NET_RAW 权限，或将其用户组加入 net.ipv4.ping_group_range，或改用 tcp 探测", "give it the capability CAP_NET_RAW, let its group into net.ipv4.ping_group_range, or use a tcp probe"));
            }
        }

        if (took.Count == 0) return ProbeSight.Silent(new($"{addresses[0]} 无 ICMP 回显应答（{last}）", $"no echo reply from {addresses[0]} ({last})"));
        var loss = 100.0 * (count - took.Count) / count;
        var jitter = took.Count < 2 ? 0 : took.Zip(took.Skip(1), (a, b) => Math.Abs(a - b)).Average();
        return ProbeSight.Seen(
            new($"{count} 次中应答 {took.Count} 次", $"{took.Count} of {count} answered"),
            new(CommonMeasures.Latency, Math.Round(took.Average(), 1)), new(Loss, Math.Round(loss, 1)), new(Jitter, Math.Round(jitter, 1)));
    }

    private static async Task<IPStatus> OnceAsync(ProbeTurn turn, IPAddress address, TimeSpan patience, List<double> took, CancellationToken late)
    {
        using var ping = new Ping();
        var began = turn.Time.GetTimestamp();
        var reply = await ping.SendPingAsync(address, patience, Load, options: null, late);
        var elapsed = turn.Time.GetElapsedTime(began).TotalMilliseconds;
        turn.Note($"{address}: {reply.Status}");
        if (reply.Status is IPStatus.Success) took.Add(elapsed);
        return reply.Status;
    }
}
