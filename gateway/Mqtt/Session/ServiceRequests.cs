using AvGateway.Devices;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Records.Service;

namespace AvGateway.Mqtt.Session;

/// <summary>Requests about the ledger of the service period: <c>$service/do/{add,withdraw,approve,extend,sign,show}</c>.</summary>
public sealed class ServiceRequests(ServiceDesk desk, ActDesk acts, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    private const int LongestText = 200;

    public string Name => TopicTable.ServiceFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var target = request.Target;
        if (!ServiceDesk.Verbs.TryGetValue(target.Name, out var known))
        {
            RoomWish.RefuseVerb(request, ServiceDesk.Verbs.Keys, writer, time, answers);
            return;
        }

        if (Read(request.Body.Args, known, out var args) is { } refusal)
        {
            answers.Give(writer.Refused(request.Id ?? RequestId.Make(time), null, refusal, time.GetElapsedTime(request.Arrived)));
            return;
        }

        var canonical = CommandDigest.Canonical(args.Aggregate(Arguments.None, (all, a) => all.With(a.Key, a.Value)));
        var ask = new ActAsk(target.Caller, string.Join('/', target.Levels), canonical, request.Arrived) { Id = request.Id, Ttl = request.Ttl };
        acts.Ask(ask, user => ServiceDesk.Judge(user, target.Name), turn => desk.CarryOutAsync(new(target.Name, args), turn.By.Name), answers);
    }

    private static Refusal? Read(IReadOnlyList<RawArgument> given, IReadOnlyList<string> known, out Dictionary<string, string> args)
    {
        args = new(StringComparer.Ordinal);
        foreach (var argument in given)
        {
            if (!known.Contains(argument.Name) || argument is not { Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Text } || argument.Value.Text.Length is 0 or > LongestText)
                return new(AnswerCodes.BadArgument, known.Count == 0 ? "this takes nothing" : $"\"{SafeText.Shown(argument.Name)}\": known are {string.Join(", ", known)}, each a text of 1 to {LongestText} characters");
            if (SafeText.FirstForbidden(argument.Value.Text) is { } forbidden) return new(AnswerCodes.BadText, $"\"{argument.Name}\" holds {forbidden}");
            args[argument.Name] = argument.Value.Text;
        }

        return null;
    }
}
