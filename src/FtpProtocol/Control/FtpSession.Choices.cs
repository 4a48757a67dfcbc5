using Hpc.FtpProtocol.Hashes;
using Hpc.FtpProtocol.Listings;

namespace Hpc.FtpProtocol.Control;

internal sealed partial class FtpSession
{
    private const string FactsFeature = "MLST ";
    private const string HashesFeature = "HASH ";

    /// <summary>Facts of MLSD and MLST (OPTS MLST).</summary>
    public MachineFacts Facts { get; set; } = MachineFacts.All;

    /// <summary>The algorithm of HASH (OPTS HASH).</summary>
    public HashAlgorithm Hash { get; set; } = HashAlgorithm.Default;

    /// <summary>A line of FEAT as it is for this session: stars stand at what OPTS has chosen.</summary>
    public string ShowFeature(string feature) => feature switch
    {
        _ when feature.StartsWith(FactsFeature, StringComparison.Ordinal) => FactsFeature + MachineFactNames.ListAll(Facts),
        _ when feature.StartsWith(HashesFeature, StringComparison.Ordinal) => HashesFeature + HashAlgorithm.List(Hash),
        _ => feature,
    };

    /// <summary>Forgets what OPTS MLST and OPTS HASH have chosen (REIN).</summary>
    public void ResetChoices() => (Facts, Hash) = (MachineFacts.All, HashAlgorithm.Default);
}
