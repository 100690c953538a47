using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;

namespace AvGateway.Host.Hosting;

/// <summary>
/// <c>PUT /docket</c>: the court's scheduling system brings the docket of the whole site. Also on this machine nobody may without a name and
/// a password. The web side's rule of origins stands before it.
/// </summary>
internal static class DocketEndpoint
{
    public const string Path = "/docket";

    private static readonly string[] Methods = [HttpMethods.Put, HttpMethods.Post];

    public static void Map(WebApplication app, DocketIntake intake, AnswerWriter writer, IUserDirectory users, TimeProvider time) =>
        app.MapMethods(Path, Methods, context => TakeAsync(context, intake, writer, users, time));

    private static async Task TakeAsync(HttpContext context, DocketIntake intake, AnswerWriter writer, IUserDirectory users, TimeProvider time)
    {
        var arrived = time.GetTimestamp();
        var id = RequestId.Make(time);
        if (await BasicCredentials.OfAsync(context, users) is not { } user)
        {
            BasicCredentials.Challenge(context.Response);
            await AnswerAsync(StatusCodes.Status401Unauthorized, Refused(new(AnswerCodes.NoUser, BasicCredentials.Needed)));
            return;
        }

        if (intake.Admit(user) is { } refusal) await AnswerAsync(refusal.Code.Stat, Refused(refusal));
        else if (FormOf(context.Request) is not { } form) await AnswerAsync(StatusCodes.Status415UnsupportedMediaType, Refused(new(AnswerCodes.Malformed, "Content-Type is text/csv, text/calendar or application/json, in UTF-8")));
        else if (await ReadAsync(context) is not { } docket) await AnswerAsync(StatusCodes.Status413PayloadTooLarge, Refused(new(AnswerCodes.TooLarge, $"a docket has at most {DocketForms.MostBytes} bytes")));
        else
        {
            var outcome = await intake.TakeAsync(form, docket, user.Name, "http", context.RequestAborted);
            await AnswerAsync(outcome.Refusal?.Code.Stat ?? StatusCodes.Status200OK, outcome);
        }

        async Task AnswerAsync(int status, DocketOutcome outcome)
        {
            var answer = writer.OfAct(id, true, outcome.Refusal ?? new(AnswerCodes.Verified, "this docket counts from now on"), time.GetElapsedTime(arrived), json =>
            {
                if (outcome.Refusal is null) DocketJson.WriteTaken(json, outcome);
                DocketJson.WriteFindings(json, outcome.Findings);
            });
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            if (outcome.Refusal?.RetryAfter is { } wait) context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", System.Globalization.CultureInfo.InvariantCulture);
            await context.Response.Body.WriteAsync(answer.Json, context.RequestAborted);
        }
    }

    private static DocketOutcome Refused(Refusal refusal) => new(refusal, 0, "", []);

    private static DocketForm? FormOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || request.Headers.ContentEncoding.Count > 0) return null;
        var isUtf8 = type.CharSet is null || string.Equals(type.CharSet.Trim('"'), Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase);
        return isUtf8 ? DocketForms.OfMedia(type.MediaType) : null;
    }

    /// <summary>Null when it is larger than a docket may be. How slowly it may come is the web server's own bound.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > DocketForms.MostBytes) return null;
        var read = new ArrayBufferWriter<byte>();
        while (read.WrittenCount <= DocketForms.MostBytes)
        {
            var count = await context.Request.Body.ReadAsync(read.GetMemory(16 * 1024), context.RequestAborted);
            if (count == 0) return read.WrittenMemory;
            read.Advance(count);
        }

        return null;
    }
}
