using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;

namespace AvGateway.Mqtt.Session;

/// <summary>
/// Requests about the docket: <c>$docket/do/push</c>, with <c>hearings</c> as its file in JSON has them, or with <c>format</c> (<c>csv</c>,
/// <c>ics</c>, <c>json</c>) and the file as <c>text</c>.
/// </summary>
public sealed class DocketRequests(DocketIntake intake, ActDesk acts, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    public const string Verb = "push";

    private const string Hearings = "hearings";

    public string Name => TopicTable.DocketFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        if (Read(request, out var form, out var docket) is { } refusal)
        {
            answers.Give(writer.Refused(request.Id ?? RequestId.Make(time), null, refusal, time.GetElapsedTime(request.Arrived)));
            return;
        }

        // The ledger gets the digest alone: what the docket holds belongs into no record.
        var ask = new ActAsk(request.Target.Caller, string.Join('/', request.Target.Levels), $"\"{form}:{Convert.ToHexStringLower(SHA256.HashData(docket))}\"", request.Arrived)
        {
            Id = request.Id,
            Ttl = request.Ttl,
        };
        acts.Ask(ask, intake.Judge, async turn => EndOf(await intake.TakeAsync(form, docket, turn.By.Name, "mqtt", CancellationToken.None)), answers);
    }

    private static ActEnd EndOf(DocketOutcome outcome) =>
        outcome.Refusal is { } refusal ? new(refusal, json => DocketJson.WriteFindings(json, outcome.Findings))
            : ActEnd.Done("this docket counts from now on", json => DocketJson.WriteTaken(json, outcome));

    private static Refusal? Read(MqttRequest request, out DocketForm form, out byte[] docket)
    {
        form = DocketForm.Json;
        docket = [];
        if (request.Target.Name != Verb) return new(AnswerCodes.Unknown, $"there is no verb \"{SafeText.Shown(request.Target.Name)}\" here: known is {Verb}");
        var args = request.Body.Args;
        if (args is [{ Name: Hearings, Shape: ArgumentShape.Composite }])
        {
            // Its form was judged already, so this is the one object that it says it is.
            using var payload = JsonDocument.Parse(request.Payload);
            docket = Encoding.UTF8.GetBytes(payload.RootElement.GetProperty("args").GetRawText());
            return null;
        }

        var text = args.FirstOrDefault(a => a.Name == "text");
        var word = args.FirstOrDefault(a => a.Name == "format");
        if (args.Count != 2 || text is not { Shape: ArgumentShape.Scalar, Value.Kind: Devices.ValueKind.Text } || word is not { Shape: ArgumentShape.Scalar, Value.Kind: Devices.ValueKind.Text })
        {
            return new(AnswerCodes.BadArgument, "a docket is \"hearings\", or \"format\" (csv, ics or json) and \"text\"");
        }

        if (DocketForms.OfWord(word.Value.Text) is not { } known) return new(AnswerCodes.BadArgument, $"\"{SafeText.Shown(word.Value.Text)}\" is no form of a docket: csv, ics or json");
        form = known;
        docket = Encoding.UTF8.GetBytes(text.Value.Text);
        return null;
    }
}
