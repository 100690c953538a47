using AvGateway.Devices;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Topics;

/// <summary>What a request topic asks, with the caller that stands in it.</summary>
/// <param name="Row">The row of <see cref="TopicTable.Requests"/> that it is one of.</param>
/// <param name="Levels">The levels after the caller.</param>
public sealed record RequestTarget(string Caller, TopicRow Row, IReadOnlyList<string> Levels)
{
    /// <summary><c>device</c>, <c>$scene</c>, <c>$hearing</c> …</summary>
    public string Family => Row.Name;

    /// <summary>The device it names; null in families that name none.</summary>
    public DeviceId? Device => Row.Levels is ["{room}", "{device}", ..] ? new(Levels[0], Levels[1]) : null;

    public AskKind Kind => Levels[^2] == "set" ? AskKind.Set : AskKind.Do;

    /// <summary>The verb or the property.</summary>
    public string Name => Levels[^1];

    /// <summary>The level that stands where the row has <paramref name="parameter"/>, or null.</summary>
    public string? this[string parameter]
    {
        get
        {
            for (var i = 0; i < Levels.Count; i++)
            {
                if (Row.Levels[i].AsSpan(1, Math.Max(0, Row.Levels[i].Length - 2)).SequenceEqual(parameter) && TopicRow.IsParameter(Row.Levels[i])) return Levels[i];
            }

            return null;
        }
    }
}
