using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Power;

public enum PowerWish { Off, On, Preview, Cancel }

/// <summary>A wish about power, as somebody uttered it.</summary>
/// <param name="Target">The topic levels after the caller, for ledger and digest.</param>
/// <param name="Arrived">Timestamp of the injected clock when it came in.</param>
public sealed record PowerAsk(string Caller, PowerWish Wish, string Target, long Arrived)
{
    public string? Id { get; init; }
    public TimeSpan? Ttl { get; init; }
    public IReadOnlyList<RawArgument> Args { get; init; } = [];
}

/// <summary>The arguments of a wish about power.</summary>
/// <param name="Rooms">Empty: the whole site.</param>
/// <param name="Act">What a preview is of.</param>
internal sealed record PowerArguments(ImmutableArray<string> Rooms, PowerAct Act, string? Reason, string? Second, string? Run)
{
    private const int LongestReason = 200;
    private const int MostRooms = 500;

    private static readonly string[] Known = ["act", "reason", "room", "run", "second"];

    public static Refusal? Read(IReadOnlyList<RawArgument> raw, PowerWish wish, out PowerArguments arguments)
    {
        arguments = new([], wish is PowerWish.On ? PowerAct.On : PowerAct.Off, null, null, null);
        foreach (var argument in raw)
        {
            if (argument is not { Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Text } || !Known.Contains(argument.Name))
                return new(AnswerCodes.BadArgument, $"\"{SafeText.Shown(argument.Name)}\": known are {string.Join(", ", Known)}, all of them texts");
            var text = argument.Value.Text;
            switch (argument.Name)
            {
                case "room": arguments = arguments with { Rooms = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Order(StringComparer.Ordinal).Take(MostRooms)] }; break;
                case "act" when text is "on" or "off" && wish is PowerWish.Preview: arguments = arguments with { Act = text == "on" ? PowerAct.On : PowerAct.Off }; break;
                case "reason" when text.Length <= LongestReason: arguments = arguments with { Reason = text }; break;
                case "second": arguments = arguments with { Second = text }; break;
                case "run": arguments = arguments with { Run = text }; break;
                default: return new(AnswerCodes.OutOfRange, $"\"{argument.Name}\" cannot be {SafeText.Shown(text)} here");
            }
        }

        return wish is PowerWish.Cancel && arguments.Run is null ? new(AnswerCodes.BadArgument, "\"run\" names the run that is taken back") : null;
    }

    public Arguments Canonical()
    {
        var all = Arguments.None.With("act", Act.ToString()).With("room", string.Join(',', Rooms));
        if (Reason is not null) all = all.With("reason", Reason);
        if (Second is not null) all = all.With("second", Second);
        return Run is null ? all : all.With("run", Run);
    }
}
