using Library.Defaults.Hosting;
using Library.Readers.Query;

var builder = WebApplication.CreateBuilder(args);
builder.AddLibraryDefaults("reader-query")
    .AddReading()
    .Projects(ReaderProjection.Definition);
builder.Services.AddSingleton<ReaderViewStore>();

var app = builder.Build();
app.MapLibraryDefaults();
app.MapReaders();
app.Run();
