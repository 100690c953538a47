namespace AvGateway.Simulator.Devices.Visca;

/// <summary>Commands, their sockets, and what they move.</summary>
internal sealed partial class SimulatedVisca
{
    private void Command(ViscaSession session, byte[] packet, uint? number)
    {
        if (Refuse.On)
        {
            var code = Refuse.Code is { } digits && byte.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var given) ? given : NotExecutable;
            Tell(session, number, 0x60, code);
            return;
        }

        var isPower = packet is [_, 0x01, 0x04, 0x00, 0x02 or 0x03, _];
        if (_switches.BufferFull.Now) Tell(session, number, 0x60, BufferFull);
        else if (!isPower && !IsAwake) Tell(session, number, 0x60, NotExecutable);
        else Act(session, packet, number);
    }

    private void Act(ViscaSession session, byte[] packet, uint? number)
    {
        switch (packet)
        {
            case [_, 0x01, 0x04, 0x00, var power, _]: AtOnce(session, number, () => Switch(power == 2)); break;
            case [_, 0x01, 0x04, 0x3F, 0x02, var preset, _]: Recall(session, number, preset); break;
            case [_, 0x01, 0x04, 0x3F, 0x01, var preset, _] when preset < _presetCount: AtOnce(session, number, () => _presets[preset] = _head.Now); break;
            case [_, 0x01, 0x04, 0x3F, 0x00, var preset, _] when preset < _presetCount: AtOnce(session, number, () => _presets.Remove(preset)); break;
            case [_, 0x01, 0x06, 0x01, var pan, var tilt, var across, var up, _] when pan is > 0 and <= 0x18 && tilt is > 0 and <= 0x17 && across is > 0 and <= 3 && up is > 0 and <= 3:
                AtOnce(session, number, () => Turn((Way(across, pan, 1, 2), Way(up, tilt, 2, 1)), null));
                break;
            case [_, 0x01, 0x04, 0x07, var zoom, _] when zoom is 0 or 2 or 3 || zoom is >= 0x20 and <= 0x27 or >= 0x30 and <= 0x37:
                AtOnce(session, number, () => Turn(null, Zoom(zoom)));
                break;
            case [_, 0x01, 0x06, 0x04, _]: Go(session, number, new(0, 0, _head.Now.Zoom)); break;
            case [_, 0x01, 0x06, 0x05, _]: Go(session, number, new(0, 0, 0)); break;
            case [_, 0x01, 0x06, 0x02, _, _, _, _, _, _, _, _, _, _, _]: Go(session, number, new(Signed(packet, 6), Signed(packet, 10), _head.Now.Zoom)); break;
            case [_, 0x01, 0x04, 0x47, _, _, _, _, _]: Go(session, number, _head.Now with { Zoom = Signed(packet, 4) & 0xFFFF }); break;
            case [_, 0x01, 0x04 or 0x06, 0x3F or 0x01 or 0x02 or 0x47, _]: Tell(session, number, 0x60, WrongLength); break;
            default: Tell(session, number, 0x60, SyntaxError); break;
        }
    }

    private void Recall(ViscaSession session, uint? number, int preset)
    {
        if (preset >= _presetCount) Tell(session, number, 0x60, SyntaxError);
        else if (_switches.SaysDone.Now) AtOnce(session, number, static () => { });
        else Go(session, number, _presets.GetValueOrDefault(preset));
    }

    /// <summary>Acknowledged and completed in one breath.</summary>
    private void AtOnce(ViscaSession session, uint? number, Action act)
    {
        if (!TryPlace(session, number, out var socket)) return;
        if (!Frozen) act();
        Tell(session, number, (byte)(0x50 + socket));
    }

    private void Go(ViscaSession session, uint? number, HeadPosition target)
    {
        if (!TryPlace(session, number, out var socket)) return;
        if (Frozen) return;
        Finish();
        var takes = _head.GoTo(target);
        _moves++;
        if (_switches.NeverCompletes.Now)
        {
            After(takes, () => _head.Stop());
            return;
        }

        _sockets[socket] = new(session, number, After(takes, () =>
        {
            _head.Stop();
            Complete(socket);
        }));
    }

    private bool TryPlace(ViscaSession session, uint? number, out int socket)
    {
        socket = _switches.OneSocket.Now || _sockets[1] is null ? 1 : 2;
        if (!_switches.OneSocket.Now && _sockets[socket] is not null)
        {
            Tell(session, number, 0x60, BufferFull);
            return false;
        }

        if (!_switches.NoAck.Now) Tell(session, number, (byte)(0x40 + socket));
        return true;
    }

    private void Turn((int Pan, int Tilt)? turn, int? zoom)
    {
        Finish();
        _head.Turn(turn, zoom);
        _moves++;
    }

    /// <summary>A newer movement takes the place of the one that is under way, which is completed where it is.</summary>
    private void Finish()
    {
        for (var socket = 1; socket < _sockets.Length; socket++) Complete(socket);
    }

    private void Complete(int socket)
    {
        if (_sockets[socket] is not { } motion) return;
        motion.Due.Dispose();
        _sockets[socket] = null;
        Tell(motion.Session, motion.Number, (byte)(0x50 + (_switches.WrongSocket.Now ? 3 - socket : socket)));
    }

    private void Cancel(ViscaSession session, uint? number, int socket)
    {
        if (socket is < 1 or > 2 || _sockets[socket] is not { } motion)
        {
            Tell(session, number, (byte)(0x60 + socket), NoSocket);
            return;
        }

        motion.Due.Dispose();
        _sockets[socket] = null;
        _head.Stop();
        Tell(session, number, (byte)(0x60 + socket), Cancelled);
    }

    private void Switch(bool on)
    {
        if (_isOn == on) return;
        _isOn = on;
        Finish();
        _head.Stop();
        if (on) Initialise();
    }

    private void Initialise()
    {
        _isInitialising = _switches.InitTime.Now > TimeSpan.Zero;
        if (_isInitialising) After(_switches.InitTime.Now, () => _isInitialising = false);
    }

    private static int Way(byte direction, byte speed, byte negative, byte positive) => direction == negative ? -speed : direction == positive ? speed : 0;

    // 2 and 3 alone are the standard speed, with a digit in front the speed is in the second one.
    private static int Zoom(byte code) => code switch
    {
        0 => 0,
        2 => 3,
        3 => -3,
        >= 0x20 and <= 0x27 => (code & 0x0F) + 1,
        _ => -((code & 0x0F) + 1),
    };

    private static int Signed(byte[] packet, int at)
    {
        var value = 0;
        for (var i = at; i < at + 4; i++) value = (value << 4) | (packet[i] & 0x0F);
        return value >= 0x8000 ? value - 0x10000 : value;
    }
}
