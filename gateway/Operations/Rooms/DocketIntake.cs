using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Rooms;

/// <summary>What became of a docket that somebody brought.</summary>
/// <param name="Refusal">Null: it counts from now on.</param>
/// <param name="Digest">SHA-256 of what was brought, as the service record has it.</param>
public sealed record DocketOutcome(Refusal? Refusal, int Entries, string Digest, ImmutableArray<Finding> Findings);

/// <summary>What a docket's intake stands on.</summary>
public sealed record DocketParts(DocketBook Book, TimeZoneInfo Zone, IStateTable State, IServiceJournal Journal, TimeProvider Time);

/// <summary>
/// Takes dockets that are pushed: judges who brings one, stores it before it counts, and writes into the service record who it was and the
/// digest. It outlives a restart with its age. Each replaces the pushed one before it, whole.
/// </summary>
public sealed class DocketIntake(DocketParts parts) : IDisposable
{
    private const string Kind = "docket";
    private const string Key = "pushed";

    /// <summary>A docket changes a few times a day; a program gone wild must not fill the record.</summary>
    public static readonly RequestRate Rate = new(0.5, 10);

    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CallerTurns _turns = new(parts.Time);
    private readonly RefusalRecord _refusals = new(parts.Journal, parts.Time);

    /// <summary>Null when this user may bring a docket here.</summary>
    public Refusal? Judge(User user)
    {
        if (user.Until is { } end && end <= parts.Time.GetUtcNow()) return new(AnswerCodes.UserEnded);
        if (!Rights.MayBringDocket(user)) return new(AnswerCodes.NoRight, $"{user.Name} may not bring the docket: a scheduler or an admin does");
        return parts.Book.Takes(DocketSource.Push) ? null
            : new(AnswerCodes.Unknown, "this site takes no pushed docket: set \"push\": true in \"docket\" of the site file");
    }

    /// <summary>The same with a row in the service record for who may not.</summary>
    public Refusal? Admit(User user)
    {
        if (Judge(user) is not { } refusal) return null;
        _refusals.Add(user.Name, Kind, null, refusal);
        return refusal;
    }

    /// <param name="via">How it came: <c>http</c> or <c>mqtt</c>.</param>
    public async Task<DocketOutcome> TakeAsync(DocketForm form, ReadOnlyMemory<byte> bytes, string by, string via, CancellationToken cancellation)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        if (!_turns.TryTake(Rate, out var wait)) return new(new(AnswerCodes.Busy, "too many dockets in a short time") { RetryAfter = wait }, 0, digest, []);
        var reading = form.Read(bytes, parts.Zone);
        if (!reading.IsGood)
        {
            // Codes only: a place or a text of a docket with too much in it may hold what must not be kept.
            Record("docket.refused", by, new { via, digest, findings = reading.Findings.Length, first = reading.Findings[0].Code });
            return new(new(AnswerCodes.DocketFindings), 0, digest, reading.Findings);
        }

        await _turn.WaitAsync(cancellation);
        try
        {
            if (!await KeepAsync(reading, cancellation)) return new(new(AnswerCodes.NoStore, "the docket could not be stored; the earlier one counts"), 0, digest, []);
            parts.Book.Accept(DocketSource.Push, reading);
        }
        finally
        {
            _turn.Release();
        }

        Record("docket.taken", by, new { via, digest, entries = reading.Entries.Length });
        return new(null, reading.Entries.Length, digest, []);
    }

    /// <summary>Takes up what was pushed before a restart, as old as it is.</summary>
    /// <exception cref="JsonException">The stored docket is damaged.</exception>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        if (!parts.Book.Takes(DocketSource.Push)) return;
        foreach (var document in await parts.State.LoadAllAsync(Kind, cancellation))
        {
            var kept = JsonSerializer.Deserialize<Kept>(document.Json) ?? throw new JsonException("a stored docket is empty");

            // A clock that was set back makes the docket younger than it is: then it counts as silent until the next one comes.
            var age = parts.Time.GetUtcNow() - kept.At;
            if (age >= TimeSpan.Zero) parts.Book.Accept(DocketSource.Push, new([.. kept.Entries], []), age);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<bool> KeepAsync(DocketReading reading, CancellationToken cancellation)
    {
        var json = JsonSerializer.Serialize(new Kept(parts.Time.GetUtcNow(), reading.Entries));
        try
        {
            await parts.State.PutAsync(Kind, Key, json, cancellation).AsTask().WaitAsync(StoreWithin, parts.Time, cancellation);
            return true;
        }
        catch (Exception unwell) when (unwell is StoreUnavailableException or TimeoutException)
        {
            return false;
        }
    }

    private void Record<T>(string kind, string by, T details) =>
        parts.Journal.Append(new(parts.Time.GetUtcNow(), kind, Kind, by, JsonSerializer.Serialize(details)));

    private sealed record Kept(DateTimeOffset At, IReadOnlyList<DocketEntry> Entries);
}
