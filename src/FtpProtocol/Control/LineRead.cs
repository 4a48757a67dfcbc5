namespace Hpc.FtpProtocol.Control;

/// <summary>What came of waiting for a command line.</summary>
internal enum LineRead
{
    /// <summary>A line is there.</summary>
    Line,

    /// <summary>A line is there that is longer than allowed; its end was found.</summary>
    TooLong,

    /// <summary>The peer has ended its side.</summary>
    End,

    /// <summary>The peer speaks TLS where it is not spoken yet.</summary>
    Foreign,
}
