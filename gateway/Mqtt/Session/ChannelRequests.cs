using AvGateway.Devices;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Escalation;

namespace AvGateway.Mqtt.Session;

/// <summary>Requests about channels: <c>$channel/ID/do/test</c> with the address as <c>to</c>.</summary>
public sealed class ChannelRequests(ChannelDesk desk, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    public const string Verb = "test";

    private const int LongestAddress = 254;

    public string Name => TopicTable.ChannelFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var target = request.Target;
        if (Read(request, out var to) is { } refusal)
        {
            answers.Give(writer.Refused(request.Id ?? RequestId.Make(time), null, refusal, time.GetElapsedTime(request.Arrived)));
            return;
        }

        desk.Test(new(target.Caller, target["channel"]!, to, string.Join('/', target.Levels), request.Arrived) { Id = request.Id, Ttl = request.Ttl }, answers);
    }

    private static Refusal? Read(MqttRequest request, out string to)
    {
        to = "";
        if (request.Target.Name != Verb) return new(AnswerCodes.Unknown, $"there is no verb \"{SafeText.Shown(request.Target.Name)}\" here: known is {Verb}");
        foreach (var argument in request.Body.Args)
        {
            if (argument is not { Name: "to", Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Text })
                return new(AnswerCodes.BadArgument, $"\"{SafeText.Shown(argument.Name)}\": a trial takes to, an address as text");
            to = argument.Value.Text;
        }

        return to.Length > LongestAddress || to.Any(char.IsControl) ? new(AnswerCodes.BadText, "\"to\" is no address") : null;
    }
}
