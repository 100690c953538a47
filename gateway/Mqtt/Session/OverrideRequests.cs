using AvGateway.Devices;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;

namespace AvGateway.Mqtt.Session;

/// <summary>
/// Requests about passing the hearing guard: <c>R/D/$override/do/VERB</c> by who will send the command, <c>R/D/$override/agree/VERB</c> by a
/// second person.
/// </summary>
public sealed class OverrideRequests(OverrideDesk desk, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    /// <summary>Level before the verb with which a second person agrees.</summary>
    public const string Agreeing = "agree";

    private const int LongestReason = 500;

    public string Name => TopicTable.OverrideFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var target = request.Target;
        var isAgreeing = target.Levels[^2] == Agreeing;
        string[] known = isAgreeing ? ["by"] : ["command", "reason"];
        if (Read(request.Body.Args, known, out var args) is { } refusal)
        {
            answers.Give(writer.Refused(request.Id ?? RequestId.Make(time), target.Device, refusal, time.GetElapsedTime(request.Arrived)));
            return;
        }

        var act = new ActAsk(target.Caller, string.Join('/', target.Levels), CommandDigest.Canonical(Arguments.Of([.. known.Select((name, i) => (name, (Value)args[i]))])), request.Arrived)
        {
            Id = request.Id,
            Ttl = request.Ttl,
        };
        var ask = new OverrideAsk(act, target.Device!.Value, target.Name);
        if (isAgreeing) desk.Agree(ask, args[0], answers);
        else desk.Ask(ask, args[0], args[1], answers);
    }

    private static Refusal? Read(IReadOnlyList<RawArgument> raw, string[] known, out string[] args)
    {
        args = [.. known.Select(_ => "")];
        foreach (var argument in raw)
        {
            var at = Array.IndexOf(known, argument.Name);
            if (at < 0) return new(AnswerCodes.BadArgument, $"unknown argument \"{SafeText.Shown(argument.Name)}\": known are {string.Join(", ", known)}");
            if (argument is not { Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Text }) return new(AnswerCodes.BadArgument, $"\"{argument.Name}\" is not a text");
            args[at] = argument.Value.Text.Trim();
        }

        for (var i = 0; i < known.Length; i++)
        {
            if (args[i].Length == 0) return new(AnswerCodes.BadArgument, $"\"{known[i]}\" is missing");
            if (known[i] == "reason" ? args[i].Length > LongestReason || args[i].Any(char.IsControl) : !RequestId.IsUsable(args[i]))
            {
                return new(AnswerCodes.BadText, known[i] == "reason" ? $"a reason has at most {LongestReason} characters and no control characters" : $"\"{known[i]}\" is no id");
            }
        }

        return null;
    }
}
