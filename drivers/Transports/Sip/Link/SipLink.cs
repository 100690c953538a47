using System.IO.Pipelines;
using System.Text.Json;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>
/// A device that speaks SIP as a link: the driver writes requests, one JSON object a line, and reads answers and events in the same form.
/// Every request is answered within <see cref="AnswersWithin"/>, with status 0 when the device was silent.
/// </summary>
/// <remarks>This file: requests and answers. <c>.Events</c>: what is told unasked.</remarks>
internal sealed partial class SipLink : OpenLink
{
    /// <summary>Four sendings of a request over UDP (0, 0.5, 1.5, 3.5 s): who is silent then counts as silent.</summary>
    public static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(4);

    /// <summary>A driver that does not read this much has hung; its link ends rather than that memory grows.</summary>
    private const int MostUnread = 256 * 1024;
    private const int LongestRequest = 16 * 1024;

    private static readonly PipeOptions Arrivals =
        new(pauseWriterThreshold: MostUnread, resumeWriterThreshold: MostUnread / 2, useSynchronizationContext: false);

    private readonly Lock _writing = new();
    private readonly SipLine _line;
    private readonly SipTestCalls? _tests;
    private readonly TimeProvider _time;
    private readonly List<byte> _unfinished = [];
    private bool _completed;

    public SipLink(SipLine line, SipTestCalls? tests, TimeProvider time) : base(Arrivals)
    {
        (_line, _tests, _time) = (line, tests, time);
        line.Attach(this);
    }

    protected override void Shut()
    {
        _line.Detach(this);
        EndWatches();
        lock (_writing)
        {
            _completed = true;
            Arrived.Complete();
        }
    }

    protected override Task ClosedAsync() => Task.CompletedTask;

    protected override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (HasEnded) throw Gone();
        foreach (var b in bytes.Span)
        {
            if (b != (byte)'\n')
            {
                _unfinished.Add(b);
                if (_unfinished.Count > LongestRequest) throw new IOException($"A request of more than {LongestRequest} bytes.");
                continue;
            }

            byte[] line = [.. _unfinished];
            _unfinished.Clear();
            if (SipLinkText.TryRead(line, out var request)) Do(request);
            else throw new IOException("That is no request of the SIP link's language.");
        }

        return default;
    }

    private void Do(SipLinkRequest request)
    {
        switch (request.Do)
        {
            case "options": Ask(request, new()); break;
            case "restart": Ask(request, new("check-sync;reboot=true")); break;
            case "watch": Watch(request); break;
            case "watch-registration": WatchRegistration(request); break;
            case "dial": Dial(request); break;
            case "refer": Refer(request); break;
            case "calls": TellCalls(request); break;
            case "hold": Turn(request, static (call, answered) => call.Hold(answered)); break;
            case "resume": Turn(request, static (call, answered) => call.Resume(answered)); break;
            case "hang-up":
                WithCall(request, call =>
            {
                call.HangUp();
                Answer(request.Id, 200, "OK");
            });
                break;
            case "test": Test(request); break;
            default: Answer(request.Id, 501, $"no request \"{request.Do}\""); break;
        }
    }

    private void Ask(SipLinkRequest request, SipQuestion question) =>
        _line.Agent.Ask(new(_line.Identity, _line.Target, AnswersWithin), question, answer => Answer(request, answer));

    private void Dial(SipLinkRequest request)
    {
        SipUri? via = null;
        if (!SipUri.TryParse(request.Uri, out var uri) || !uri.IsSip) Answer(request.Id, 416, $"{request.Uri} is no SIP address");
        else if (request.Via.Length > 0 && !SipUri.TryParse(request.Via, out via)) Answer(request.Id, 416, $"{request.Via} is no SIP address");
        else if (_line.Dial(uri, via) is { } call) Say(json => Head(json, request.Id, 100, "Trying").WriteNumber("call", call));
        else Answer(request.Id, 486, $"{SipLine.MostCalls} calls are up");
    }

    private void WithCall(SipLinkRequest request, Action<ISipJoin> act)
    {
        if (_line.Call(request.Call) is { } call) act(call);
        else Answer(request.Id, 481, $"there is no call {request.Call}");
    }

    /// <summary>A party may take longer than an answer of the link: what it said comes as an event.</summary>
    private void Turn(SipLinkRequest request, Action<ISipJoin, Action<SipAnswer>> act) => WithCall(request, call =>
    {
        Answer(request.Id, 100, "Trying");
        act(call, answer => Say(json =>
        {
            json.WriteString("event", "turned");
            json.WriteNumber("call", request.Call);
            json.WriteNumber("status", answer.Status);
            json.WriteString("reason", answer.Reason);
        }));
    });

    private void TellCalls(SipLinkRequest request)
    {
        foreach (var (number, join) in _line.Calls) CallChanged(number, join, join.Status);
        Answer(request.Id, 200, "OK");
    }

    private void Test(SipLinkRequest request)
    {
        if (_tests is null || request.Seconds is < 1 or > 60) Answer(request.Id, 488, "no media for a test call of that length");
        else if (!_tests.TryStart(_line, TimeSpan.FromSeconds(request.Seconds), TestEnded)) Answer(request.Id, 486, "a test call runs already");
        else Answer(request.Id, 100, "Trying");
    }

    private void Answer(SipLinkRequest request, SipAnswer answer) => Say(json =>
    {
        Head(json, request.Id, answer.Status, answer.Reason);
        if (answer.Product is { } product) json.WriteString("product", product);
        if (answer.Allow.Count > 0) json.WriteString("allow", string.Join(' ', answer.Allow));
        if (answer.IsPasswordRefused) json.WriteBoolean("passwordRefused", true);
    });

    private void Answer(long id, int status, string reason) => Say(json => Head(json, id, status, reason));

    private static Utf8JsonWriter Head(Utf8JsonWriter json, long id, int status, string reason)
    {
        json.WriteNumber("id", id);
        json.WriteNumber("status", status);
        json.WriteString("reason", reason);
        return json;
    }

    private void Say(Action<Utf8JsonWriter> members)
    {
        var line = SipLinkText.Line(members);
        lock (_writing)
        {
            if (_completed) return;
            line.CopyTo(Arrived.GetSpan(line.Length));
            Arrived.Advance(line.Length);
            var flush = Arrived.FlushAsync();
            if (flush.IsCompleted) return;
        }

        End(LinkEnd.Failed);
    }
}
