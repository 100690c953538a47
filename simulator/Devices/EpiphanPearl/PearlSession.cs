using System.Text;
using AvGateway.Simulator.Devices.Http;

namespace AvGateway.Simulator.Devices.EpiphanPearl;

/// <summary>One connection to the API.</summary>
internal sealed class PearlSession(SimulatedPearl pearl, Connection connection) : HttpSession(connection)
{
    protected override bool ClosesEach => pearl.ClosesEach;

    protected override void Note(HttpHeard heard) =>
        pearl.Heard(this, Encoding.UTF8.GetBytes($"{heard.Method} {heard.Target}{(heard.Body.Length == 0 ? "" : "\n" + heard.Body)}"));

    protected override void Obey(HttpHeard heard) => pearl.Obey(this, heard);
}
