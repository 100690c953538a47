using System.Net;
using AvGateway.Host.Engineering;
using AvGateway.Host.Site;
using AvGateway.Mqtt.Embedded;
using AvGateway.Operations.Access;
using AvGateway.Operations.Durable;
using AvGateway.Simulator.Devices.Control;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Store;
using OpenTelemetry.Metrics;

namespace AvGateway.Host.Hosting;

/// <summary>The web server and the broker's listeners: one Kestrel for all.</summary>
internal static class WebSide
{
    public const string Health = "/health";
    public const string Backup = "/backup";

    /// <summary>Where a running gateway puts its backups, in its data directory.</summary>
    public const string BackupFolder = "backups";

    private const string MqttPath = "/mqtt";

    public static void AddMetrics(IServiceCollection services) => services.AddOpenTelemetry().WithMetrics(metrics => metrics
        .AddMeter("AvGateway.*", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel")
        .AddPrometheusExporter());

    public static void Map(WebApplication app, Gateway gateway, Watchdog watchdog, IUserDirectory users, SiteModel site, string dataDirectory, Func<CancellationToken, Task<string>> takeBackup, SimulatedCourt? court)
    {
        app.UseWebSockets();
        app.Use((context, next) => IsReading(context) || WebOrigin.IsAllowed(context.Request, site.Http.Origins) ? next(context) : Forbid(context));
        PanelSide.Use(app, site, court is not null);
        app.Use(async (context, next) => await (await IsPermittedAsync(context, users) ? next(context) : Refuse(context)));
        app.MapGet($"{Health}/live", () => watchdog.Stuck is { } stuck
            ? Results.Json(new { live = false, stuck }, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new { live = true }));
        app.MapGet($"{Health}/ready", () =>
        {
            var reasons = gateway.NotReady().ToArray();
            var devices = gateway.Fleet.Running.CountBy(d => d.Status.State.ToString().ToLowerInvariant()).ToDictionary(c => c.Key, c => c.Value);
            return Results.Json(
                new { ready = reasons.Length == 0, reasons, devices },
                statusCode: reasons.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        app.MapPrometheusScrapingEndpoint("/metrics");
        MapBackup(app, users, takeBackup);
        DocketEndpoint.Map(app, gateway.Docket, gateway.Answers, users, app.Services.GetRequiredService<TimeProvider>());
        BundleEndpoint.Map(app, gateway.Reports, users);
        ReportEndpoint.Map(app, gateway.Months, users, dataDirectory);
        if (app.Services.GetService<EmbeddedBroker>() is not null) app.MapGatewayMqtt(MqttPath);
        if (court is not null) app.MapSimulatorControl(court);
    }

    /// <summary>For <c>avgateway backup --url</c>: an admin's word, also on this machine; the copy stays here.</summary>
    private static void MapBackup(WebApplication app, IUserDirectory users, Func<CancellationToken, Task<string>> takeBackup) => app.MapPost(Backup, async (HttpContext context) =>
    {
        if (await BasicCredentials.OfAsync(context, users) is not { Role: Role.Admin }) return Results.Text("admin only", statusCode: StatusCodes.Status403Forbidden);
        try
        {
            return Results.Json(new { folder = await takeBackup(context.RequestAborted) });
        }
        catch (Exception failed) when (failed is StoreCorruptException or StoreUnavailableException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            return Results.Text(failed.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    });

    /// <summary>
    /// Health says nothing but up or down, MQTT and the console ask for credentials themselves. Everything else is for this machine, or for a user of the
    /// service side who gives a password.
    /// </summary>
    private static async Task<bool> IsPermittedAsync(HttpContext context, IUserDirectory users)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments(Health) || path == MqttPath || path.StartsWithSegments(EngineeringSide.Path)) return true;
        var remote = context.Connection.RemoteIpAddress;
        return remote is not null && (IPAddress.IsLoopback(remote) || (await BasicCredentials.OfAsync(context, users) is { } user && Rights.MaySeeSite(user)));
    }

    // A page of another server may neither open a WebSocket here nor make a browser that knows a password ask for a change. That it cannot
    // read what it asked for is the browser's part.
    private static bool IsReading(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) && !context.WebSockets.IsWebSocketRequest;

    private static Task Forbid(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static Task Refuse(HttpContext context)
    {
        BasicCredentials.Challenge(context.Response);
        return Task.CompletedTask;
    }
}
