using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Rooms;

public enum RoomAct { Run, Preview, RollBack }

/// <summary>A wish for a whole room, as somebody uttered it.</summary>
/// <param name="Scene">Id of the scene; one that leads the hearing on when it came as a request about the hearing.</param>
/// <param name="Target">The topic levels after the caller, for ledger and digest.</param>
/// <param name="Arrived">Timestamp of the injected clock when it came in.</param>
public sealed record RoomAsk(string Caller, string Room, string Scene, RoomAct Act, string Target, long Arrived)
{
    public string? Id { get; init; }
    public TimeSpan? Ttl { get; init; }
    public IReadOnlyList<RawArgument> Args { get; init; } = [];
}

/// <summary>The arguments of a room's request.</summary>
/// <param name="Confirmed">A request is a person's word; a program that only tries says <c>confirmed=false</c> and learns what would have to be confirmed.</param>
internal sealed record RoomArguments(bool Confirmed, bool Insist, bool? IsPublic, string? Hearing)
{
    private const int LongestHearing = 100;

    public static Refusal? Read(IReadOnlyList<RawArgument> raw, out RoomArguments arguments)
    {
        arguments = new(true, false, null, null);
        foreach (var argument in raw)
        {
            switch (argument.Name)
            {
                case "confirmed" when argument is { Value.Kind: Devices.ValueKind.Flag }: arguments = arguments with { Confirmed = argument.Value.Flag }; break;
                case "insist" when argument is { Value.Kind: Devices.ValueKind.Flag }: arguments = arguments with { Insist = argument.Value.Flag }; break;
                case "public" when argument is { Value.Kind: Devices.ValueKind.Flag }: arguments = arguments with { IsPublic = argument.Value.Flag }; break;
                case "hearing" when IsHearing(argument): arguments = arguments with { Hearing = argument.Value.Text }; break;
                default:
                    return new(AnswerCodes.BadArgument, $"\"{SafeText.Shown(argument.Name)}\": known are confirmed, insist, public (true or false) and hearing (the docket's id, visible ASCII)");
            }
        }

        return null;
    }

    private static bool IsHearing(RawArgument argument) =>
        argument is { Shape: ArgumentShape.Scalar, Value.Kind: Devices.ValueKind.Text } && argument.Value.Text.Length is > 0 and <= LongestHearing
        && argument.Value.Text.All(c => c is > ' ' and <= '~');
}
