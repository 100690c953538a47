using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Operations.Access;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Store;

namespace AvGateway.Host.Engineering;

/// <summary>Searches the service record for the console: the newest first, page by page, so many at a time.</summary>
internal sealed class RecordSearch(IJournalReader record, TimeProvider time)
{
    private const int MostRows = 200;
    private const int UsualRows = 100;
    private const int LongestWord = 200;

    /// <summary>Readers at once. The writer is not held up by one, but the disk is the court's.</summary>
    private const int MostReaders = 2;

    private int _readers;

    public void Map(WebApplication app, Door door) => app.MapGet($"{EngineeringSide.Path}/record", door.Open(Rights.MayReadRecord, (context, _) => SearchAsync(context)));

    private async Task<IResult> SearchAsync(HttpContext context)
    {
        var asked = context.Request.Query;
        var limit = (int)Number("limit", UsualRows, 1, MostRows);
        var query = new JournalQuery(Word("kind"), Word("subject"), Time("from"), Time("until"), Limit: limit + 1)
        {
            IsNewestFirst = true,
            BeforeSequence = Number("before", long.MaxValue, 1, long.MaxValue),
        };
        try
        {
            if (Interlocked.Increment(ref _readers) > MostReaders) throw new DoorException(StatusCodes.Status429TooManyRequests, "others are searching now; try again in a moment");
            var rows = new List<JournalRecord>();
            await foreach (var row in record.ReadAsync(query, context.RequestAborted)) rows.Add(row);
            return Results.Json(new { at = time.GetUtcNow(), rows = rows.Take(limit).Select(Shown), more = rows.Count > limit });
        }
        catch (Exception unwell) when (unwell is StoreUnavailableException or StoreCorruptException)
        {
            throw new DoorException(StatusCodes.Status503ServiceUnavailable, unwell.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }

        string? Word(string name) => asked[name].ToString() is { Length: > 0 } text
            ? text.Length <= LongestWord ? text : throw Bad(name, $"at most {LongestWord} characters")
            : null;

        DateTimeOffset? Time(string name) => Word(name) is not { } text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw Bad(name, "a time such as 2026-12-01T08:00:00Z");

        long Number(string name, long otherwise, long least, long most) => Word(name) is not { } text ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : throw Bad(name, $"{least} to {most}");
    }

    private static DoorException Bad(string name, string remedy) => new(StatusCodes.Status422UnprocessableEntity, $"{name}: {remedy}");

    private static object Shown(JournalRecord row) => new
    {
        seq = row.Sequence,
        at = row.Entry.At,
        kind = row.Entry.Kind,
        subject = row.Entry.Subject,
        actor = row.Entry.Actor,
        details = Details(row.Entry.Details),
    };

    // A row of an older version may hold anything; the search shows it as it stands.
    private static JsonNode? Details(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
