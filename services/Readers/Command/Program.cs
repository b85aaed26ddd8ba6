using Library.Defaults.Hosting;
using Library.Readers.Command;

var builder = WebApplication.CreateBuilder(args);
builder.AddLibraryDefaults("reader-command")
    .AddWriting()
    .Keeps(ReaderStore.Schema, (Reader reader) => reader.AsPublished());
builder.Services.AddScoped<ReaderStore>();

var app = builder.Build();
app.MapLibraryDefaults();
app.MapReaders();
app.Run();
