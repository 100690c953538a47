using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.ExtronSis;

/// <summary>Ties: making them, reading them, and what else is read.</summary>
public sealed partial class ExtronSisDriver
{
    // Manual, "Error responses".
    private const int ErrorInvalidCommand = 10, ErrorTimedOut = 17, ErrorBusy = 22, ErrorChecksum = 23, ErrorPrivilege = 24, ErrorFull = 26;

    private const int MostTries = 6;
    private const int StatusEvery = 6;
    private const string SetVerbose = "\x1B" + "3CV\r";
    private const string ReadPartNumber = "N", ReadFirmware = "Q", ReadSize = "I", ReadStatus = "S";

    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(2);

    private readonly Queue<Question> _busy = new();
    private int _reading;
    private int _polls;

    /// <summary>One thing at a time in turn, so that a tie whose report was lost is found again. The device closes a port that is idle for 5 min.</summary>
    public override void OnPoll()
    {
        var turn = _polls++;
        if (_temperatureField > 0 && turn % StatusEvery == 0) Ask(new(ReadStatus, TakeStatus));
        else Read(1 + (turn % _table.Outputs), _table.Planes[turn / _table.Outputs % _table.Planes.Count], null);
    }

    public override void OnCommand(CommandRequest command)
    {
        var output = (int)command.Args[MatrixWords.OutputArgument].Integer;
        var input = (int)command.Args[MatrixWords.InputArgument].Integer;
        var plane = SisTies.Plane(command.Args.TryGet(MatrixWords.LayerArgument, out var layer) ? layer.Text : SisTies.AllLayers);
        if (!_table.Covers(input, output))
        {
            Device.Complete(command, CommandResult.Rejected($"no input {input} or no output {output} on this matrix"));
            return;
        }

        var planes = _table.Concerned(plane).ToArray();
        if (planes.Length == 0)
        {
            Device.Complete(command, CommandResult.Rejected($"the option \"{PlanesOption}\" names no {layer} plane"));
            return;
        }

        // The echo of a tie is this protocol's acknowledgement. What is true is asked for behind it, the shown plane last.
        Ask(new(SisTies.Make(input, output, plane), reply => IsEcho(reply, input, output), command)
        {
            Done = _ =>
            {
                Device.Acknowledged(command);
                Device.Expect(command, SisTies.Property(planes[0], output), input, FollowsWithin, () => Read(output, planes[0], null));
                foreach (var concerned in planes.Reverse()) Read(output, concerned, command);
            },
        });
    }

    private void ReadAll()
    {
        _isInStep = false;
        var reading = ++_reading;
        Ask(new(SetVerbose, reply => reply.Kind is SisReplyKind.Verbose));
        Ask(new(ReadPartNumber, reply => TakeText(reply, PartNumber)));
        Ask(new(ReadFirmware, reply => TakeText(reply, CommonWords.FirmwareVersion)));
        Ask(new(ReadSize, reply => reply.Kind is SisReplyKind.Text && (HasConfiguredSize || _table.TrySize(reply.Value)))
        {
            Done = _ => Sized(reading),
            Refused = _ => Sized(reading),
        });
    }

    private bool HasConfiguredSize => _setup.Options[InputsOption].Integer > 0 && _setup.Options[OutputsOption].Integer > 0;

    private void Sized(int reading)
    {
        if (reading != _reading) return;
        if (HasConfiguredSize) _table.Size((int)_setup.Options[InputsOption].Integer, (int)_setup.Options[OutputsOption].Integer);
        if (_table.Outputs == 0)
        {
            Device.Reconnect(StatusReasons.ProtocolError, "the device does not tell its size; set the options \"inputs\" and \"outputs\"");
            return;
        }

        Device.Extent(MatrixWords.InputExtent, _table.Inputs);
        Device.Extent(MatrixWords.OutputExtent, _table.Outputs);
        if (_temperatureField > 0) Ask(new(ReadStatus, TakeStatus));
        ReadTies(() =>
        {
            if (reading == _reading) _session.Fire(Told.Read);
        });
    }

    private void ReadTies(Action? andThen)
    {
        var left = _table.Outputs * _table.Planes.Count;
        foreach (var plane in _table.Planes)
        {
            for (var output = 1; output <= _table.Outputs; output++) Read(output, plane, null, Finished);
        }

        void Finished()
        {
            if (--left == 0) andThen?.Invoke();
        }
    }

    private void Read(int output, SisPlane plane, CommandRequest? command, Action? andThen = null) =>
        Ask(new(SisTies.Read(output, plane), reply => TakeReading(reply, output, plane), command) { Done = _ => andThen?.Invoke(), Refused = _ => andThen?.Invoke() });

    /// <summary>Asks, and asks again what the device was too busy for or what the line has spoiled.</summary>
    private void Ask(Question question) => Device.Ask(question.Request, reply =>
    {
        if (reply.Kind is SisReplyKind.Error) Failed(question, reply);
        else if (!question.IsAnswer(reply)) return false;
        else question.Done(reply);
        return true;
    }, question.Command);

    private void Failed(Question question, SisReply reply)
    {
        var tries = question.Tries + 1;
        if (reply.Error == ErrorBusy && tries < MostTries)
        {
            _busy.Enqueue(question with { Tries = tries });
            Device.StartTimer(BusyTimer, BusyFor);
            return;
        }

        if (reply.Error is ErrorInvalidCommand or ErrorTimedOut or ErrorChecksum && tries == 1)
        {
            Ask(question with { Tries = tries });
            return;
        }

        if (reply.Error == ErrorPrivilege) Device.Raise(Privilege.Code, reply.Text);
        if (question.Command is { } command) Device.Complete(command, CommandResult.Refused(Words(reply), retryable: reply.Error == ErrorBusy));
        question.Refused(reply);
    }

    private void AskBusyAgain()
    {
        for (var i = _busy.Count; i > 0; i--) Ask(_busy.Dequeue());
    }

    private static bool IsEcho(SisReply reply, int input, int output) =>
        reply.Kind is SisReplyKind.Tie && reply.Input == input && reply.Output == output;

    private bool TakeReading(SisReply reply, int output, SisPlane plane)
    {
        // Tagged in verbose modes 2 and 3, a bare number from firmware that tags nothing.
        if (reply.Kind is SisReplyKind.Tie && reply.Output == output && (reply.Plane == plane || reply.Plane is SisPlane.All))
        {
            Device.Report(SisTies.Property(plane, output), reply.Input);
            return true;
        }

        if (reply.Kind is not SisReplyKind.Text || !int.TryParse(reply.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var input)) return false;
        if (!_table.Covers(input, output)) return false;
        Device.Report(SisTies.Property(plane, output), input);
        return true;
    }

    private void TakeTie(SisReply reply)
    {
        if (!_isInStep) return;
        var (first, last) = reply.Kind is SisReplyKind.TieAll ? (1, _table.Outputs) : (reply.Output, reply.Output);
        for (var output = first; output <= last; output++)
        {
            if (!_table.Covers(reply.Input, output)) continue;
            foreach (var plane in _table.Concerned(reply.Plane)) Device.Report(SisTies.Property(plane, output), reply.Input);
        }
    }

    private bool TakeText(SisReply reply, string property)
    {
        if (reply.Kind is not SisReplyKind.Text) return false;
        Device.Report(property, reply.Value);
        return true;
    }

    private bool TakeStatus(SisReply reply)
    {
        if (reply.Kind is not SisReplyKind.Text) return false;
        var fields = reply.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < _temperatureField
            || !double.TryParse(fields[_temperatureField - 1], NumberStyles.Float, CultureInfo.InvariantCulture, out var fahrenheit)) return fields.Length > 1;
        Device.Report(CommonWords.TemperatureReading, Math.Round((fahrenheit - 32) / 1.8, 1));
        return true;
    }

    private static string Words(SisReply reply) => reply.Error switch
    {
        1 => "E01 invalid input number",
        ErrorInvalidCommand => "E10 invalid command",
        11 => "E11 invalid preset number",
        12 => "E12 invalid output or port number",
        13 => "E13 invalid value",
        14 => "E14 not valid for this configuration",
        ErrorTimedOut => "E17 timed out",
        ErrorBusy => "E22 busy",
        ErrorChecksum => "E23 checksum error",
        ErrorPrivilege => "E24 privilege violation",
        25 => "E25 device not present",
        ErrorFull => "E26 maximum number of connections exceeded",
        _ => reply.Text,
    };

    /// <summary>One question and what its answer leads to.</summary>
    private sealed record Question(string Request, Func<SisReply, bool> IsAnswer, CommandRequest? Command = null)
    {
        public int Tries { get; init; }
        public Action<SisReply> Done { get; init; } = static _ => { };
        public Action<SisReply> Refused { get; init; } = static _ => { };
    }
}
