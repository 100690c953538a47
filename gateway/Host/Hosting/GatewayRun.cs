using AvGateway.Devices;
using AvGateway.Drivers.Runtime.Packages;
using AvGateway.Host.Engineering;
using AvGateway.Host.Site;
using AvGateway.Host.Tls;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Embedded;
using AvGateway.Mqtt.External;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Access;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Store;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace AvGateway.Host.Hosting;

/// <summary>One run of the gateway: from a checked site to the ready line, and from the signal to the end.</summary>
internal static class GatewayRun
{
    // SIGTERM promises ten seconds (CONTRACT §4).
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan DemoDevicesWithin = TimeSpan.FromSeconds(20);

    /// <param name="onReady">Called once with where everything is.</param>
    public static async Task<int> RunAsync(SiteModel site, GatewaySettings settings, SimulatedCourt? court, Action<ReadyLine, IUserDirectory> onReady, CancellationToken stop)
    {
        await using var log = GatewayLogging.Create(settings.Data.Log, settings.LogLevel);
        using var logs = new Serilog.Extensions.Logging.SerilogLoggerFactory(log);
        foreach (var package in site.Packages)
            log.Information("driver package {Package} from {Folder} is let in; SHA-256 of its list {Hash}", package.Id, package.Folder, PackageShelf.Fingerprint(package));
        try
        {
            return await RunAsync(site, settings, court, onReady, logs, stop);
        }
        catch (Exception expected) when (Remedy(expected) is { } remedy)
        {
            log.Fatal("{Problem}. {Remedy}", expected.Message.TrimEnd('.'), remedy);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
    }

    private static async Task<int> RunAsync(
        SiteModel site, GatewaySettings settings, SimulatedCourt? court, Action<ReadyLine, IUserDirectory> onReady, ILoggerFactory logs, CancellationToken stop)
    {
        var time = TimeProvider.System;
        await using var store = await GatewayStore.OpenAsync(
            new() { DataDirectory = settings.Data.Path, Postgres = settings.Store }, time, logs, stop);
        using var users = CredentialsFile.Open(
            settings.Data.Credentials, FirstUsers.For(site.Rooms.Select(r => r.Id), site.Vendors), new(), time, logs.CreateLogger<CredentialsFile>());
        using var tls = TlsSetup.Open(settings, time, logs);
        var listeners = new Listeners(settings, tls);

        // The site file is the only configuration. A watch over the working directory would wake up at each write to a database below it.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });

        // Nothing of ours blocks on a connection, so its bytes need not change threads between the socket and the broker, or on their way back.
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IUserDirectory>(users);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        WebSide.AddMetrics(builder.Services);
        AddBus(builder.Services, site, settings, time, logs);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(listeners.Open);
        await using var app = builder.Build();
        var bus = app.Services.GetRequiredService<IMqttBus>();
        await using var gateway = new Gateway(site, users, bus, store, settings.Data, time, logs);
        var systemd = SystemdNotifier.FromEnvironment();
        using var watchdog = new Watchdog(gateway.VitalLoops, systemd, time, logs.CreateLogger<Watchdog>());
        WebSide.Map(app, gateway, watchdog, users, site, settings.Data.Path, TakeBackupAsync, court);
        EngineeringSide.Map(app, new(gateway, users, site, settings.Check, store.JournalReader, store.Journal, time));

        Task<string> TakeBackupAsync(CancellationToken cancellation) => store.BackupAsync(Path.Combine(settings.Data.Path, WebSide.BackupFolder), DataDirectory.BackedUp, cancellation);

        await gateway.StartAsync(stop);
        await app.StartAsync(stop);
        await watchdog.StartAsync(stop);
        if (court is not null) await DevicesOnlineAsync(gateway, time, stop);
        listeners.WarnOfPlain(logs.CreateLogger<Listeners>());
        var ready = listeners.Ready(site, court is not null);
        systemd.Ready($"site {site.Id}, {gateway.Fleet.Running.Count} devices");
        onReady(ready, users);

        try { await Task.Delay(Timeout.InfiniteTimeSpan, time, stop); }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }

        systemd.Stopping();
        using var late = new CancellationTokenSource(StopWithin, time);
        await watchdog.StopAsync(late.Token);
        await gateway.StopAsync(late.Token);
        await app.StopAsync(late.Token);
        return ExitCodes.Done;
    }

    private static void AddBus(IServiceCollection services, SiteModel site, GatewaySettings settings, TimeProvider time, ILoggerFactory logs)
    {
        if (settings.Broker is not { } address)
        {
            services.AddEmbeddedBroker(new Mqtt.Embedded.BrokerOptions { Root = site.Mqtt.Root, Site = site.Id });
            return;
        }

        var options = new Mqtt.External.BrokerOptions(address, $"avgateway-{site.Id}")
        {
            Password = settings.BrokerPassword,
            Trusted = settings.BrokerAuthority is { } file ? Pem.Authorities(file) : null,
        };
        services.AddSingleton<IMqttBus>(new BrokerClient(options, new TopicMap(site.Mqtt.Root, site.Id), time, logs.CreateLogger<BrokerClient>()));
    }

    /// <summary>The demo says ready when a first command will work; a device that will not come up does not hold it up for ever.</summary>
    private static async Task DevicesOnlineAsync(Gateway gateway, TimeProvider time, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(DemoDevicesWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50), time);
        try
        {
            while (gateway.Fleet.Running.Any(d => d.Status.State is not (DeviceState.Online or DeviceState.Disabled))) await ticks.WaitForNextTickAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Its state topic tells why.
        }
    }

    /// <summary>What to do about a start that failed for a reason outside of us; null for a bug, which keeps its stack.</summary>
    private static string? Remedy(Exception failure) => failure switch
    {
        StoreCorruptException corrupt => corrupt.Remedy,
        StoreInUseException => Texts.Say("请先停止另一个网关，或用 --data 另选目录", "Stop the other gateway, or choose another directory with --data"),
        StoreTooNewException => Texts.Say("请使用写入它的版本或更新的版本", "Use the version that wrote it, or a newer one"),
        Operations.Durable.StoreUnavailableException => Texts.Say("请检查磁盘空间与权限", "Check the disk's space and rights"),
        TlsException => Texts.Say("请修正 TLS 设置，或用 --mqtts off 关闭加密端口", "Mend the TLS settings, or close the encrypted listener with --mqtts off"),
        CredentialsException => Texts.Say("请按提示修正该文件", "Mend the file as it says"),
        IOException { InnerException: AddressInUseException } => Texts.Say("请用 --http、--mqtt、--mqtts 或 --https 另选端口（端口 0 自动选择）", "Choose another port with --http, --mqtt, --mqtts or --https (port 0 takes a free one)"),
        IOException or UnauthorizedAccessException => Texts.Say("请检查数据目录与监听地址", "Check the data directory and the addresses to listen on"),
        _ => null,
    };

    /// <summary>Signals are the command line's matter, so that stopping has one order.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
