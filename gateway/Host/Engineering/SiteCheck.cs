using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Access;

namespace AvGateway.Host.Engineering;

/// <summary>Looks at the site file as it stands now, by the code that <c>check</c> and <c>run</c> use: what the next start would find.</summary>
/// <param name="file">As people call it.</param>
/// <param name="read">Reads it once more.</param>
internal sealed class SiteCheck(string file, Func<SiteReader, SiteModel?> read)
{
    private int _looking;

    /// <param name="running">Hash of what the gateway was started with.</param>
    public void Map(WebApplication app, Door door, string running) => app.MapGet(
        $"{EngineeringSide.Path}/findings", door.Open(Rights.MaySeeSite, (context, _) => LookAsync(running, context.RequestAborted)));

    private async Task<IResult> LookAsync(string running, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _looking, 1) == 1) throw new DoorException(StatusCodes.Status429TooManyRequests, "the file is being read for somebody else; try again in a moment");
        try
        {
            var reader = new SiteReader(Parts.Catalog, Parts.Links());

            // A large site takes a moment, and this thread belongs to the web.
            var site = await Task.Run(() => read(reader), cancellation);
            return Results.Json(new
            {
                file,
                running,
                found = site?.Hash,
                findings = reader.Findings.Select(f => new { severity = f.Severity.ToString().ToLowerInvariant(), file = f.File, path = f.Path, line = f.Line, column = f.Column, message = f.Message, remedy = f.Remedy }),
            });
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }
}
