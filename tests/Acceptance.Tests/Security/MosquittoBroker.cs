using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests.Security;

/// <summary>A real mosquitto with nothing but what <c>avgateway broker export</c> wrote for it.</summary>
internal sealed class MosquittoBroker : IAsyncDisposable
{
    private const string Program = "/usr/sbin/mosquitto";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-broker-").FullName;
    private Process? _broker;

    public string Data => Path.Combine(_folder, "data");
    public string Ca => Path.Combine(Data, "tls", "ca.pem");
    public int Port { get; } = FreePort();

    /// <summary>How a gateway on <see cref="Data"/> is led to it.</summary>
    public string[] GatewayOptions => ["--broker", $"mqtts://avgateway@127.0.0.1:{Port}", "--broker-ca", Ca];

    public (string, string)[] GatewaySecret => [("AVGW_BROKER_SECRET", $"file:{Path.Combine(_folder, "export", "gateway.secret")}")];

    public static async Task<MosquittoBroker> StartAsync(string siteFile)
    {
        Assert.SkipUnless(File.Exists(Program), $"{Program} is not installed; tests/run installs it");
        var broker = new MosquittoBroker();
        var (code, _, error) = await GatewayProcess.RunAsync(
            "broker", "export", siteFile, "--data", broker.Data, "--out", Path.Combine(broker._folder, "export"), "--listen", $"127.0.0.1:{broker.Port}");
        Assert.True(code == 0, error);
        await broker.StartAgainAsync();
        return broker;
    }

    public async Task StartAgainAsync()
    {
        var configuration = Path.Combine(_folder, "try.conf");
        await File.WriteAllTextAsync(configuration, $"user {Environment.UserName}\nlog_dest stderr\npersistence_location {_folder}/\ninclude_dir {_folder}/export\n");
        _broker = Process.Start(new ProcessStartInfo(Program, ["-c", configuration]) { RedirectStandardError = true })!;
        while (await _broker.StandardError.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (!line.EndsWith("running", StringComparison.Ordinal)) continue;
            _ = _broker.StandardError.ReadToEndAsync();
            return;
        }

        Assert.Fail("mosquitto ended before it was running");
    }

    /// <summary>kill -9, and with <paramref name="forgets"/> its disk is lost too.</summary>
    public async Task KillAsync(bool forgets)
    {
        _broker!.Kill();
        await _broker.WaitForExitAsync();
        _broker.Dispose();
        _broker = null;
        if (forgets) File.Delete(Path.Combine(_folder, "mosquitto.db"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await KillAsync(forgets: false);
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
