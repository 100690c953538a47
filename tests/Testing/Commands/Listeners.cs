using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Journal;
using Xunit;

namespace AvGateway.Testing.Commands;

/// <summary>Collects the answers of one place, and lets a test wait for the next one with a deadline.</summary>
public sealed class Listener : IAnswers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ConcurrentQueue<Answer> _all = new();
    private readonly Channel<Answer> _new = Channel.CreateUnbounded<Answer>();

    public IReadOnlyList<Answer> All => [.. _all];
    public IReadOnlyList<Answer> Finals => [.. _all.Where(a => a.Final)];
    public IEnumerable<string> Phases => _all.Select(a => Json(a).GetProperty("phase").GetString()!);

    public void Give(in Answer answer)
    {
        _all.Enqueue(answer);
        _new.Writer.TryWrite(answer);
    }

    public async Task<Answer> NextAsync() => await _new.Reader.ReadAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    public async Task<Answer> FinalAsync()
    {
        while (true)
        {
            if (await NextAsync() is { Final: true } final) return final;
        }
    }

    public static JsonElement Json(Answer answer) => JsonDocument.Parse(answer.Json).RootElement;
}

public sealed class FakeJournal : IServiceJournal
{
    private readonly ConcurrentQueue<JournalEntry> _rows = new();

    public IReadOnlyList<JournalEntry> Rows => [.. _rows];

    public void Append(JournalEntry entry) => _rows.Enqueue(entry);

    public ValueTask AppendDurablyAsync(JournalEntry entry, CancellationToken cancellation)
    {
        Append(entry);
        return default;
    }
}

public sealed class FakeUsers(params User[] users) : IUserDirectory
{
    public IReadOnlyCollection<User> Users => users;
    public User? Find(string name) => users.FirstOrDefault(u => u.Name == name);
    public SignIn Authenticate(string name, string password, string address) => SignIn.UnknownUser;

    public event Action<string>? Changed { add { } remove { } }

    public static FakeUsers Usual(TimeProvider time) => new(
        new("engineer", Role.Engineer, []),
        new("panel-1", Role.Panel, ["court-1"]),
        new("panel-2", Role.Panel, ["court-2"]),
        new("auditor", Role.Auditor, []),
        new("visitor", Role.Engineer, []) { Until = time.GetUtcNow() });
}
