using AvGateway.Operations.Access;
using AvGateway.Operations.Release;

namespace AvGateway.Host.Hosting;

/// <summary>
/// <c>GET /bundle/F</c>: the evidence of a fault, for whoever may read it. Also on this machine nobody may without a name and a password. What was
/// not let go is marked as a draft and for the court's eyes.
/// </summary>
internal static class BundleEndpoint
{
    public const string Path = "/bundle";

    /// <summary>The report alone.</summary>
    public const string ReportAlone = "report";

    /// <summary>Says whether it may leave: <c>released</c> or <c>draft</c>.</summary>
    public const string ReleaseHeader = "X-AvGateway-Release";

    public const string Released = "released";
    public const string Draft = "draft";

    public static void Map(WebApplication app, ReportBook reports, IUserDirectory users) =>
        app.MapGet($"{Path}/{{fault}}", async (HttpContext context, string fault) =>
        {
            if (await BasicCredentials.OfAsync(context, users) is not { } user)
            {
                BasicCredentials.Challenge(context.Response);
                return Results.Text(BasicCredentials.Needed, statusCode: StatusCodes.Status401Unauthorized);
            }

            if (!Rights.MayReadEvidence(user)) return Results.Text($"{user.Name} may not read evidence", statusCode: StatusCodes.Status403Forbidden);
            var (bundle, refusal) = await reports.BundleAsync(fault, context.Request.Query.ContainsKey(ReportAlone), context.RequestAborted);
            if (bundle is null) return Results.Text($"{refusal!.Code.Code} {refusal.Title}", statusCode: refusal.Code.Stat);
            context.Response.Headers[ReleaseHeader] = bundle.IsReleased ? Released : Draft;
            context.Response.Headers.CacheControl = "no-store";
            return Results.Bytes(bundle.Archive, "application/zip");
        });
}
