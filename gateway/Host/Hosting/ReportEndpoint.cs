using System.Text.RegularExpressions;
using AvGateway.Operations.Access;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Records.Reading;
using AvGateway.Reports;

namespace AvGateway.Host.Hosting;

/// <summary>
/// Reports over HTTP: a month made and taken away as a zip file, and filed inspections. Also on this machine nobody may without a name and a
/// password, and then with the rights of that user.
/// </summary>
internal static partial class ReportEndpoint
{
    public const string Months = "/reports/months";
    public const string Inspections = "/reports/inspections";

    /// <summary>Tells the command line which revision it holds.</summary>
    public const string RevisionHeader = "AvGateway-Revision";

    private static readonly Dictionary<string, string> Types = new() { ["json"] = "application/json", ["zh.html"] = "text/html; charset=utf-8", ["en.html"] = "text/html; charset=utf-8" };

    public static void Map(WebApplication app, MonthReports reports, IUserDirectory users, string dataDirectory)
    {
        app.MapPost(Months + "/{month}", context => MakeAsync(context, reports, users));
        app.MapGet(Inspections + "/{name}", context => InspectionAsync(context, users, dataDirectory));
    }

    private static async Task MakeAsync(HttpContext context, MonthReports reports, IUserDirectory users)
    {
        if (await BasicCredentials.OfAsync(context, users) is not { } user) await RefuseAsync(context, StatusCodes.Status401Unauthorized, BasicCredentials.Needed);
        else if (!Rights.MayMakeReport(user)) await RefuseAsync(context, StatusCodes.Status403Forbidden, $"{user.Name} may not make reports: an engineer, a scheduler or an admin does");
        else if (!YearMonth.TryParse((string?)context.Request.RouteValues["month"] ?? "", out var month)) await RefuseAsync(context, StatusCodes.Status400BadRequest, "write the month as YYYY-MM");
        else if (context.Request.Query["language"].FirstOrDefault() is { } word && !Languages.Words.Contains(word)) await RefuseAsync(context, StatusCodes.Status400BadRequest, $"language is {string.Join(", ", Languages.Words)}");
        else
        {
            try
            {
                var made = await reports.MakeAsync(month, context.Request.Query["language"].FirstOrDefault() ?? Languages.Both, user.Name, null, context.RequestAborted);
                context.Response.ContentType = "application/zip";
                context.Response.Headers[RevisionHeader] = made.Report.Current is { } current ? $"{current.Number}{(made.IsNew ? " new" : "")}" : "provisional";
                await context.Response.Body.WriteAsync(MonthFiles.Zip(made.Files), context.RequestAborted);
            }
            catch (NoRecordException nothing)
            {
                await RefuseAsync(context, StatusCodes.Status404NotFound, nothing.Message);
            }
            catch (Exception failed) when (failed is StoreUnavailableException or IOException or UnauthorizedAccessException)
            {
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, failed.Message);
            }
        }
    }

    private static async Task InspectionAsync(HttpContext context, IUserDirectory users, string dataDirectory)
    {
        if (await BasicCredentials.OfAsync(context, users) is not { } user)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, BasicCredentials.Needed);
            return;
        }

        var name = Inspection().Match((string?)context.Request.RouteValues["name"] ?? "");
        var file = Path.Combine(InspectionFiles.FolderOf(dataDirectory), name.Value);
        if (!Rights.MaySeeSite(user)) await RefuseAsync(context, StatusCodes.Status403Forbidden, $"{user.Name} does not see the site");
        else if (!name.Success || !File.Exists(file)) await RefuseAsync(context, StatusCodes.Status404NotFound, "there is no such report: I-YEAR-NUMBER.json, .zh.html or .en.html");
        else
        {
            context.Response.ContentType = Types[name.Groups[1].Value];
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await context.Response.SendFileAsync(file, context.RequestAborted);
        }
    }

    private static async Task RefuseAsync(HttpContext context, int status, string why)
    {
        if (status == StatusCodes.Status401Unauthorized) BasicCredentials.Challenge(context.Response);
        else context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(why, context.RequestAborted);
    }

    [GeneratedRegex(@"^I-[0-9]{4}-[0-9]{6,9}\.(json|zh\.html|en\.html)$", RegexOptions.CultureInvariant)] private static partial Regex Inspection();
}
