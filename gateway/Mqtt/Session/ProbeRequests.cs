using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Probes;

namespace AvGateway.Mqtt.Session;

/// <summary>Requests about probes: <c>…/$probe/P/do/{run,history}</c>.</summary>
public sealed class ProbeRequests(ProbeDesk desk, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    public string Name => TopicTable.ProbeFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var target = request.Target;
        if (!ProbeDesk.Verbs.TryGetValue(target.Name, out var verb))
        {
            RoomWish.RefuseVerb(request, ProbeDesk.Verbs.Keys, writer, time, answers);
            return;
        }

        if (request.Body.Args.Count > 0)
        {
            answers.Give(writer.Refused(request.Id ?? RequestId.Make(time), target.Device, new(AnswerCodes.BadArgument, "a probe takes no arguments"), time.GetElapsedTime(request.Arrived)));
            return;
        }

        desk.Ask(new(target.Caller, string.Join('/', target.Levels), "{}", request.Arrived) { Id = request.Id, Ttl = request.Ttl }, target["probe"]!, target.Device?.ToString() ?? target["room"], verb, answers);
    }
}
