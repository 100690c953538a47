using System.Text;
using AvGateway.Simulator.Devices.Http;

namespace AvGateway.Simulator.Devices.IsapiRecorder;

/// <summary>One connection to the interface.</summary>
internal sealed class IsapiSession(SimulatedIsapi recorder, Connection connection) : HttpSession(connection)
{
    protected override void Note(HttpHeard heard) =>
        recorder.Heard(this, Encoding.UTF8.GetBytes($"{heard.Method} {heard.Target}{(heard.Body.Length == 0 ? "" : "\n" + heard.Body)}"));

    protected override void Obey(HttpHeard heard) => recorder.Obey(this, heard);
}
