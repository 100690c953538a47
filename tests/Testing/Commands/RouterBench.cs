using AvGateway.Operations.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Testing.Commands;

/// <summary>A router with everything around it faked, on a virtual clock.</summary>
public sealed class RouterBench : IDisposable
{
    public RouterBench(RouterOptions? options = null, params FakeDevice[] more)
    {
        Clock = new();
        Ledger = new(Journal);
        Device = FakeDevice.Matrix();
        Devices = new([Device, .. more]);
        Users = FakeUsers.Usual(Clock);
        Gate = new(Devices, Users, Clock);
        Router = new(options ?? new(), Gate, Writer, Ledger, Journal, Clock, NullLogger<CommandRouter>.Instance);
    }

    public VirtualClock Clock { get; }
    public FakeDevice Device { get; }
    public FakeDirectory Devices { get; }
    public FakeUsers Users { get; }
    public FakeLedger Ledger { get; }
    public FakeJournal Journal { get; } = new();
    public AnswerWriter Writer { get; } = new("city");
    public CommandGate Gate { get; }
    public CommandRouter Router { get; }

    public Task PassAsync(TimeSpan span) => Clock.PassAsync(span, static () => Task.CompletedTask);

    public CommandAsk Route(int input, int output, string? id = null, string caller = "engineer") => Do("route", id, caller, new("input", input), new RawArgument("output", output));

    public CommandAsk Do(string verb, string? id, string caller = "engineer", params RawArgument[] args) =>
        new(caller, Device.Id, AskKind.Do, verb, Clock.GetTimestamp()) { Id = id, Args = args };

    public CommandAsk Set(string property, string? id, params RawArgument[] args) =>
        new("engineer", Device.Id, AskKind.Set, property, Clock.GetTimestamp()) { Id = id, Args = args };

    /// <summary>Asks and returns what heard the answers.</summary>
    public Listener Ask(CommandAsk ask)
    {
        var listener = new Listener();
        Router.Ask(ask, listener);
        return listener;
    }

    public void Dispose() => Router.Dispose();
}
