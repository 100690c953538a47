using AvGateway.Devices;

namespace AvGateway.Operations.Commands;

/// <summary>What a request asks of a device: to do a verb, or to set a property.</summary>
public enum AskKind { Do, Set }

/// <summary>A wish as somebody uttered it, before anything in it is believed.</summary>
/// <param name="Caller">The user name; how it was proven is the business of whoever hands this over.</param>
/// <param name="Name">The verb, or the concrete property such as <c>output-3</c>.</param>
/// <param name="Arrived">Timestamp of the injected clock when it came in: from then on its time runs.</param>
public sealed record CommandAsk(string Caller, DeviceId Device, AskKind Kind, string Name, long Arrived)
{
    /// <summary>Null: nobody will ask for it again; it gets an id of ours.</summary>
    public string? Id { get; init; }

    /// <summary>Null: the default expiry.</summary>
    public TimeSpan? Ttl { get; init; }

    public IReadOnlyList<RawArgument> Args { get; init; } = [];

    /// <summary>A function check of an inspection asks, in the name of whoever ordered it. Never set by what comes from outside.</summary>
    public bool IsOfInspection { get; init; }

    /// <summary>As it stands in ledger and digest: the topic levels after the caller.</summary>
    public string Target => $"{Device.Room}/{Device.Name}/{(Kind is AskKind.Do ? "do" : "set")}/{Name}";
}
