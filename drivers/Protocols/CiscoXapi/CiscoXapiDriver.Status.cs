using System.Globalization;
using System.Text.Json;
using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>What the codec tells.</summary>
public sealed partial class CiscoXapiDriver
{
    private const int KeptEnds = 16;

    private static readonly XapiRequest[] FirstReadings =
    [
        XapiWords.Product, XapiWords.Software, XapiWords.SerialNumber, XapiWords.Temperature, XapiWords.Registration, XapiWords.Diagnostics,
        XapiWords.Standby, XapiWords.Audio, XapiWords.Presentation,
    ];

    // Feedback tells changes at once; this finds what was not told. Calls twice, since they matter most.
    private static readonly XapiRequest[] Rounds =
    [
        XapiWords.Calls, XapiWords.Audio, XapiWords.Standby, XapiWords.Calls, XapiWords.Presentation, XapiWords.Temperature, XapiWords.Registration,
        XapiWords.Diagnostics,
    ];

    // Only what somebody must act on; warnings and hints of the codec's own are left to its page.
    private static readonly string[] Serious = ["Critical", "Error"];

    private readonly Queue<(int Call, string Cause)> _ended = new();
    private bool _callsRead;
    private int _round;

    public override void OnPoll()
    {
        var query = Rounds[_round++ % Rounds.Length];
        Ask(query, query == XapiWords.Calls ? TakeCalls : query == XapiWords.Diagnostics ? TakeAllDiagnostics : TakeStatus);
    }

    /// <summary>Feedback: a change of status, or an event.</summary>
    private void TakeTold(XapiReply reply)
    {
        if (_machine.State is Mode.LoggingIn or Mode.Denied or Mode.Unknown) return;
        if (XapiTree.Branch(reply.Json, "Status") is { } status)
        {
            var gone = _model.TakeCallChanges(status);
            Take(status);
            foreach (var call in gone) Gone(call);

            // A change names the messages that came or went; the list itself is read.
            if (XapiTree.Branch(status, "Diagnostics") is not null && IsInStep) Ask(XapiWords.Diagnostics, TakeAllDiagnostics);
        }

        if (XapiTree.Branch(reply.Json, "Event") is { } happened) TakeEvent(happened);
    }

    /// <summary>The answer to a question about a part of the tree; a part that this software does not have is no fault.</summary>
    private void TakeStatus(XapiReply reply)
    {
        if (XapiTree.Branch(reply.Json, "Status") is { } status) Take(status);
        if (XapiTree.Branch(reply.Json, "Status", "Diagnostics") is not null) TakeAllDiagnostics(reply);
    }

    private void TakeAllDiagnostics(XapiReply reply)
    {
        if (reply.Failure is not null && !reply.IsNoMatch) return;
        var messages = XapiTree.Branch(reply.Json, "Status", "Diagnostics", "Message") is { } list ? XapiTree.Members(list) : [];
        var serious = messages.Where(m => !m.IsGhost && Serious.Contains(XapiTree.Leaf(m.Branch, "Level")))
            .OrderBy(m => Array.IndexOf(Serious, XapiTree.Leaf(m.Branch, "Level"))).ThenBy(m => m.Id)
            .Select(m => XapiTree.Leaf(m.Branch, "Description") is { Length: > 0 } words ? words : XapiTree.Leaf(m.Branch, "Type")).ToArray();
        if (serious.Length > 0) Device.Raise(Diagnosed.Code, string.Join(" · ", serious));
        else Device.Clear(Diagnosed.Code);
    }

    /// <summary>The answer to a question about all calls: none at all is told as "no match" or as an empty tree. Another failure tells nothing.</summary>
    private void TakeCalls(XapiReply reply)
    {
        if (reply.Failure is not null && !reply.IsNoMatch) return;
        var gone = _model.TakeAllCalls(XapiTree.Branch(reply.Json, "Status") ?? default);
        _callsRead = true;
        ShowCalls();
        foreach (var call in gone) Gone(call);
    }

    private void Take(JsonElement status)
    {
        _model.Take(status);
        TakeSystem(status);
        TakeRegistration(status);
        if (_model.Volume is { } volume && XapiTree.Branch(status, "Audio") is not null) Device.Report(CodecWords.VolumeLevel, volume);
        if (_model.IsMuted is { } muted && XapiTree.Branch(status, "Audio") is not null) Device.Report(CodecWords.MutedFlag, muted);
        if (_model.IsPresenting is { } presenting && XapiTree.Branch(status, "Conference") is not null) Device.Report(CodecWords.PresentingFlag, presenting);
        if (_model.Standby is not null && XapiTree.Branch(status, "Standby") is not null) Device.Report(PowerWords.PowerState, _model.Power);
        if (XapiTree.Branch(status, "Call") is not null) ShowCalls();
        else Evaluate();
    }

    private void TakeSystem(JsonElement status)
    {
        if (XapiTree.Branch(status, "SystemUnit") is not { } unit) return;
        if (XapiTree.Leaf(unit, "ProductId") is { } model) Device.Report(CommonWords.ModelName, model);
        if ((XapiTree.Leaf(unit, "Software", "DisplayName") ?? XapiTree.Leaf(unit, "Software", "Version")) is { } firmware)
            Device.Report(CommonWords.FirmwareVersion, firmware);
        if (double.TryParse(XapiTree.Leaf(unit, "Hardware", "Temperature"), NumberStyles.Float, CultureInfo.InvariantCulture, out var celsius))
            Device.Report(CommonWords.TemperatureReading, celsius);
        if (XapiTree.Leaf(unit, "Hardware", "Module", "SerialNumber") is not { Length: > 0 } serial) return;
        Device.Report(CommonWords.SerialNumber, serial);
        Device.Identify(serial);
    }

    private void TakeRegistration(JsonElement status)
    {
        switch (XapiTree.Leaf(status, "SIP", "Registration", "Status"))
        {
            case "Failed": Device.Raise(NotRegistered.Code, XapiTree.Leaf(status, "SIP", "Registration", "Reason")); break;
            case "Registered" or "Inactive": Device.Clear(NotRegistered.Code); break;
        }
    }

    private void ShowCalls()
    {
        // Mode first: whoever hears of the call's state finds the mode that belongs to it.
        Evaluate();
        var main = _model.MainCall;
        if (main?.Remote is { } remote) Device.Report(CodecWords.RemoteParty, remote);
        else Device.Report(CodecWords.RemoteParty, "");
        Device.Report(CodecWords.CallCount, _model.Calls.Count);
        Device.Report(CodecWords.CallState, main?.State ?? CallStates.Idle);
        CompleteConnected();
    }

    /// <summary>Only facts of the whole picture: while it is being read for the first time, nothing is concluded from its parts.</summary>
    private void Evaluate()
    {
        if (!_callsRead) return;
        _machine.Fire(_model.MainCall?.State switch
        {
            CallStates.Connected or CallStates.Held => Told.Connected,
            null or CallStates.Idle => _model.Standby is null or "Off" ? Told.Idle : Told.Asleep,
            _ => Told.Dialling,
        });
    }

    private void TakeEvent(JsonElement happened)
    {
        if (XapiTree.Branch(happened, "IncomingCallIndication") is { } incoming)
            Device.Happened(CodecWords.IncomingCall, ("from", XapiTree.Leaf(incoming, "RemoteURI") ?? XapiTree.Leaf(incoming, "DisplayNameValue") ?? ""));
        if (XapiTree.Branch(happened, "CallDisconnect") is not { } end) return;
        var id = int.TryParse(XapiTree.Leaf(end, "CallId"), NumberStyles.None, CultureInfo.InvariantCulture, out var call) ? call : 0;

        // Some software tells an event twice. Call numbers only grow, so one that has ended does not end again.
        if (id > 0 && _ended.Any(e => e.Call == id)) return;
        var cause = XapiTree.Leaf(end, "CauseType") ?? "";
        var words = string.Join(' ', new[] { cause, XapiTree.Leaf(end, "CauseString"), $"({XapiTree.Leaf(end, "CauseCode")})" }.Where(w => !string.IsNullOrEmpty(w)));
        if (_ended.Count == KeptEnds) _ended.Dequeue();
        _ended.Enqueue((id, words));
        Device.Happened(CodecWords.CallEnded, ("cause", cause));
        Failed(id, words);
    }
}
