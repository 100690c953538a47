using System.Net;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Our stack on real sockets of 127.0.0.1, for tests against real peers.</summary>
internal sealed class PeerBench : IAsyncDisposable
{
    public static readonly SipIdentity Me = new(SipUri.Parse("sip:gw@127.0.0.1"));
    private readonly FaultLog _log = new();

    private PeerBench(SipStackOptions options) => Options = options;

    public SipStackOptions Options { get; }

    public SipStack Stack { get; private set; } = null!;

    public string Directory { get; } = ForeignProgram.Directory();

    public int Udp => Stack.PortOf(SipProtocol.Udp)!.Value;

    public static async Task<PeerBench> OpenAsync(SipStackOptions? options = null)
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var bench = new PeerBench(options ?? new()
        {
            Udp = any,
            Tcp = any,
            RequestsPerSecondAndSource = 5000,
            RequestBurstOfSource = 5000
        });
        bench.Stack = await SipStack.OpenAsync(bench.Options, TimeProvider.System, bench._log);
        return bench;
    }

    public SipCallPlan Plan(int port, string parameters = "") =>
        new(Me, SipUri.Parse($"sip:codec@127.0.0.1:{port}{parameters}"), new(IPAddress.Loopback, 0));

    public static SipAsk Ask(int port, double seconds = 10, string parameters = "") =>
        new(Me, SipUri.Parse($"sip:127.0.0.1:{port}{parameters}"), TimeSpan.FromSeconds(seconds));

    /// <summary>sipp with one of our scenarios, as caller when <paramref name="target"/> is given.</summary>
    public ForeignProgram Sipp(string scenario, int port, int calls, int? target = null, params string[] more)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "scenarios", scenario + ".xml");
        string[] common =
        [
            "-sf", file, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", $"{port}", "-cp", $"{ForeignProgram.FreePort()}", "-mp",
                $"{ForeignProgram.FreePort()}",
            "-m", $"{calls}", "-nostdin", "-timeout", "90s", "-timeout_error", "-trace_err", "-error_file",
                Path.Combine(Directory, scenario + ".err"), .. more,
        ];
        return ForeignProgram.Start("sipp", "sip-tester", Directory, target is { } to ? [.. common, $"127.0.0.1:{to}"] : common);
    }

    public async Task SucceededAsync(ForeignProgram sipp, string scenario, double seconds = 100)
    {
        var code = await sipp.ExitAsync(seconds);
        var errors = Path.Combine(Directory, scenario + ".err");
        Assert.True(code == 0, $"sipp ended with {code}\n{(File.Exists(errors) ? File.ReadAllText(errors) : "")}\n{sipp.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        await Stack.DisposeAsync();
        System.IO.Directory.Delete(Directory, true);
        Assert.Equal([], _log.Faults);
    }
}
