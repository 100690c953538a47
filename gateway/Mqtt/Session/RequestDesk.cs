using System.Collections.Frozen;
using System.Threading.Channels;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Journal;
using Microsoft.Extensions.Logging;

namespace AvGateway.Mqtt.Session;

/// <summary>
/// Takes requests off the bus without ever holding it up, reads them in the order in which they came, and gives each to its family. What does
/// not fit is answered with 429; what cannot be read is answered with what is wrong.
/// </summary>
public sealed partial class RequestDesk
{
    /// <summary>Requests that may wait to be read.</summary>
    public const int MostWaiting = 1024;

    // Reading a payload only to say "busy" must not cost the bus's thread more than this.
    private const int ReadWhenBusy = 4096;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private static readonly byte[] TooLarge = new byte[RequestBody.MostBytes + 1];

    private readonly TopicMap _topics;
    private readonly IMqttBus _bus;
    private readonly FrozenDictionary<string, IRequestFamily> _families;
    private readonly AnswerWriter _writer;
    private readonly RefusalRecord _refusals;
    private readonly TimeProvider _time;
    private readonly ILogger<RequestDesk> _log;
    private readonly Channel<(IncomingMessage Message, long Arrived)> _waiting;

    public RequestDesk(
        TopicMap topics, IMqttBus bus, IEnumerable<IRequestFamily> families, IServiceJournal journal, TimeProvider time, ILogger<RequestDesk> log)
    {
        _topics = topics;
        _bus = bus;
        _families = families.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
        _writer = new(topics.Site);
        _refusals = new(journal, time);
        _time = time;
        _log = log;
        _waiting = Channel.CreateBounded<(IncomingMessage, long)>(new BoundedChannelOptions(MostWaiting)
        {
            SingleReader = true,
            SingleWriter = false,

            // Serving never waits, so whoever brings a request may serve it: a thread less to wake for each.
            AllowSynchronousContinuations = true,
        });
    }

    public int Waiting => _waiting.Reader.Count;

    /// <summary>For the bus: returns at once, whatever is asked and however much.</summary>
    public void Receive(IncomingMessage message)
    {
        var arrived = _time.GetTimestamp();

        // What is too large to be read is not kept either; one byte more than allowed is enough to be told so.
        if (message.Payload.Length > RequestBody.MostBytes) message = message with { Payload = TooLarge };
        if (!_waiting.Writer.TryWrite((message, arrived))) TurnAway(message, arrived);
    }

    /// <summary>Reads requests until <paramref name="cancellation"/>.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var (message, arrived) in _waiting.Reader.ReadAllAsync(cancellation)) Serve(message, arrived);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped: what still waits was never accepted, and its callers will see the gateway go.
        }
    }

    private void Serve(IncomingMessage message, long arrived)
    {
        if (RequestEnvelope.Read(_topics, message) is not { } envelope)
        {
            ForeignTopic(_log, SafeText.Shown(message.Topic, 200));
            return;
        }

        var answers = AnswersOf(envelope, message);
        if (envelope.Refusal is { } refusal)
        {
            Refuse(envelope, message, arrived, refusal, answers);
            return;
        }

        var target = envelope.Target!;
        if (!_families.TryGetValue(target.Family, out var family))
        {
            Refuse(envelope, message, arrived, new(AnswerCodes.Unknown, $"this gateway does not serve {target.Family} requests"), answers);
            return;
        }

        try
        {
            family.Ask(new(target, envelope.Id, envelope.Ttl, envelope.Body, message.Payload, arrived), answers);
        }
        catch (Exception bug)
        {
            // The top loop of all requests: one that breaks us is answered and must not stop the next.
            var trace = Ulid.Make(_time);
            RequestCrashed(_log, bug, trace, target.Family);
            Refuse(envelope, message, arrived, new(AnswerCodes.Internal, $"{AnswerCodes.Internal.Title}; trace {trace}"), answers);
        }
    }

    private void TurnAway(IncomingMessage message, long arrived)
    {
        var small = message.Payload.Length <= ReadWhenBusy ? message : message with { Payload = ReadOnlyMemory<byte>.Empty };
        if (RequestEnvelope.Read(_topics, small) is not { } envelope) return;
        Refuse(envelope, message, arrived, new(AnswerCodes.Busy) { RetryAfter = RetryAfter }, AnswersOf(envelope, message));
    }

    private void Refuse(RequestEnvelope envelope, IncomingMessage message, long arrived, Refusal refusal, IAnswers answers)
    {
        var subject = envelope.Target is { } target ? string.Join('/', target.Levels) : SafeText.Shown(message.Topic, 200);
        _refusals.Add(envelope.Caller, subject, envelope.Id, refusal);
        answers.Give(_writer.Refused(envelope.Id ?? RequestId.Make(_time), envelope.Target?.Device, refusal, _time.GetElapsedTime(arrived)));
    }

    private IAnswers AnswersOf(RequestEnvelope envelope, IncomingMessage message) =>
        envelope.AnswerTopic is { } topic ? new MqttAnswers(_bus, topic, message.Correlation) : NoAnswers.Instance;
}
