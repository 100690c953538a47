using AvGateway.Host.Site;
using Microsoft.Extensions.FileProviders;

namespace AvGateway.Host.Hosting;

/// <summary>
/// Serves the panel, the console and the duty wall: static files that hold nothing of the court. Who uses them signs in over MQTT, with the
/// rights of that user and no others.
/// </summary>
internal static class PanelSide
{
    private const string Folder = "panel";
    private const string Index = "index.html";

    // Everything comes from this gateway; nothing is inline, framed or sent elsewhere.
    // Older browsers do not count a WebSocket to the page's own server as 'self', so it is named.
    private static string PolicyOf(HostString host)
    {
        var self = host.Value is { Length: > 0 } name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '[' or ']') ? $" ws://{name} wss://{name}" : "";
        return "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            + $"connect-src 'self'{self}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    /// <summary>What the build left beside the program; null when it had no Node.js.</summary>
    private static string? Built => Path.Combine(AppContext.BaseDirectory, Folder) is var folder && File.Exists(Path.Combine(folder, Index)) ? folder : null;

    /// <param name="isSimulated">The console shows the simulators' switches.</param>
    public static void Use(WebApplication app, SiteModel site, bool isSimulated)
    {
        var described = new { root = site.Mqtt.Root, site = site.Id, languages = site.Languages, simulated = isSimulated };
        app.Use((context, next) =>
        {
            if (!IsPage(context.Request.Path)) return next(context);
            context.Response.Headers.ContentSecurityPolicy = PolicyOf(context.Request.Host);
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return Built is null ? NotBuiltAsync(context) : PageAsync(context);
        });
        app.Use((context, next) => context.Request.Path == "/panel/site.json" && HttpMethods.IsGet(context.Request.Method) ? Results.Json(described).ExecuteAsync(context) : next(context));
        if (Built is { } folder)
        {
            app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = new PhysicalFileProvider(folder),
                OnPrepareResponse = served =>
                {
                    served.Context.Response.Headers.XContentTypeOptions = "nosniff";

                    // Names of assets hold a hash of what is in them.
                    served.Context.Response.Headers.CacheControl = served.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
                },
            });
        }
    }

    /// <summary>The addresses of the app's own pages; what is shown there, the page finds by itself.</summary>
    private static bool IsPage(PathString path) =>
        path == "/" || path == "/wall" || path.StartsWithSegments("/console") || (path.StartsWithSegments("/panel", out var rest) && rest.Value?.Trim('/') is var room && room?.Contains('.') is not true);

    private static Task PageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        return context.Response.SendFileAsync(Path.Combine(Built!, Index), context.RequestAborted);
    }

    private static Task NotBuiltAsync(HttpContext context)
    {
        context.Response.StatusCode = context.Request.Path == "/" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(
            Texts.Say("面板未构建：安装 Node.js 20 或更高版本后重新构建。\n", "The panel was not built: install Node.js 20 or newer and build again.\n")
            + "\nAvGateway\n\n/health/live\n/health/ready\n/metrics\n/docket  (PUT)\n/mqtt  (MQTT over WebSocket)\n",
            context.RequestAborted);
    }
}
